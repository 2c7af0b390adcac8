import type { Command } from "./command.ts";
import { backup } from "./commands/backup.ts";
import { classify } from "./commands/classify.ts";
import { clusters } from "./commands/clusters.ts";
import { deleteDocument } from "./commands/delete.ts";
import { dlqList, dlqReplay } from "./commands/dlq.ts";
import { documents } from "./commands/documents.ts";
import { evaluate } from "./commands/evaluate.ts";
import { exportDocuments } from "./commands/export.ts";
import { find } from "./commands/find.ts";
import { keysCreate } from "./commands/keys.ts";
import { publish } from "./commands/publish.ts";
import { qdrant } from "./commands/qdrant.ts";
import { rename } from "./commands/rename.ts";
import { repair } from "./commands/repair.ts";
import { replay } from "./commands/replay.ts";
import { reproduce } from "./commands/reproduce.ts";
import { restore } from "./commands/restore.ts";
import { runClusterWorker, runConsole, runEmbedWorker, runIngest } from "./commands/run.ts";
import { show } from "./commands/show.ts";
import { status } from "./commands/status.ts";
import { switchAlias } from "./commands/switch.ts";
import { topicsCreate } from "./commands/topics.ts";
import { tune } from "./commands/tune.ts";
import { up } from "./commands/up.ts";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  publish,
  documents,
  find,
  deleteDocument,
  exportDocuments,
  dlqList,
  dlqReplay,
  clusters,
  show,
  rename,
  classify,
  evaluate,
  status,
  qdrant,
  keysCreate,
  topicsCreate,
  replay,
  switchAlias,
  repair,
  backup,
  restore,
  reproduce,
  tune,
  runIngest,
  runEmbedWorker,
  runClusterWorker,
  runConsole,
];
