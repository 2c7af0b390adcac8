/**
 * A Kafka and a Qdrant can't be filled at one moment. So a pipeline that is being restored has a mark, from before the first of its
 * records until after the last: a commit of a group of its own on the model log, whose note names the backup. No process of the
 * pipeline starts while it says so (`checkRestored`), and only the same backup goes on (`eddy restore`).
 */
import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import type { Streams } from "@eddy/streams/port";

const UNFINISHED = /^restoring1;([0-9a-f]{64})$/;
const restoreGroup = (pipeline: string) => `${pipeline}.restore`;

/** The backup (its SHA-256) that the pipeline holds a half of; undefined: none. The topics must be there. */
export async function unfinishedRestore(streams: Streams, pipeline: string): Promise<string | undefined> {
  const commits = await streams.committed(restoreGroup(pipeline), topicsOf(pipeline).modelLog);
  return UNFINISHED.exec(commits.get(0)?.metadata ?? "")?.[1];
}

export async function beginRestore(streams: Streams, pipeline: string, backup: string): Promise<void> {
  await mark(streams, pipeline, `restoring1;${backup}`);
}

export async function endRestore(streams: Streams, pipeline: string): Promise<void> {
  await mark(streams, pipeline, "restored1");
}

async function mark(streams: Streams, pipeline: string, metadata: string): Promise<void> {
  await streams.rewind(restoreGroup(pipeline), topicsOf(pipeline).modelLog, 0, { offset: 0, metadata });
}

/** Throws FatalError RESTORE_UNFINISHED where the pipeline holds half of a backup. */
export async function checkRestored(streams: Streams, pipeline: string): Promise<void> {
  if ((await unfinishedRestore(streams, pipeline)) === undefined) return;
  throw new FatalError(
    "RESTORE_UNFINISHED",
    `the pipeline ${pipeline} holds half of a backup: run \`eddy restore\` again with the same file, or use another pipeline name`,
  );
}
