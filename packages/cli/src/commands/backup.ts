import { setting } from "@eddy/runtime/config";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { createApi } from "../api.ts";
import type { BackupSummary } from "../backup/backup-format.ts";
import type { Manifest } from "../backup/pipeline-format.ts";
import { apiSettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count, counted, megabytes } from "../figures.ts";
import { sourceSettings } from "../source-settings.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";

export const INTERRUPTED = 130;

/** `log 12.1 MB, store 30.0 MB, 3 files in all`. */
export function folderTold({ files, logBytes, storeBytes }: BackupSummary): string {
  const part = (name: string, bytes: number | undefined) =>
    bytes === undefined ? `no ${name}` : `${name} ${megabytes(bytes)}`;
  return `${part("log", logBytes)}, ${part("store", storeBytes)}, ${counted(files, "file")} in all`;
}

/** `1,204 points, 3,310 records, the model of version 88`. */
export function pipelineTold({ points, records, model_log_end: end }: Manifest): string {
  return `${counted(points, "point")}, ${counted(records, "record")}, the model of version ${count(end - 1)}`;
}

/** A line of progress each so many points. */
const TOLD_EVERY = 100_000;

/** Tells how far a long copy is. */
export function pointsTold({ note }: Terminal, deed: string): (points: number) => void {
  let told = 0;
  return (points) => {
    if (points < told + TOLD_EVERY) return;
    told = points - (points % TOLD_EVERY);
    note(`${counted(told, "point")} ${deed}\n`);
  };
}

export const backup = defineCommand({
  name: "backup",
  group: "Run:",
  summary: "write all of an Eddy, or of a fleet's pipeline, into one file",
  description: `Writes one file, a gzipped tar with checksums. Half a backup is never left under its name. The embedding model is not in it.

Of a stopped \`eddy up\`: its folder, with the log, its commits, the store and the settings of the demo; not the store's own snapshots.

Of a running one (--live): its pipeline, which goes on meanwhile.

Of a fleet (--kafka and --qdrant): the same, read from Kafka and Qdrant; workers may run or not. It holds the collection with its settings,
indexes and aliases; the model; what people published and read, as far as Kafka keeps it; what no worker has read yet; and the
workers' commits. What comes while it is made is in it or not: a restored pipeline does again what was under way.`,
  settings: {
    out: setting(z.string().min(1), {
      env: "EDDY_BACKUP_OUT",
      flag: "--out <file>",
      example: "eddy-2026-11-23.tar.gz",
      description: "File to write; must not be there yet.",
    }),
    live: setting(bool(), {
      env: "EDDY_BACKUP_LIVE",
      flag: "--live",
      default: "false",
      description: "Of the Eddy that runs at --url, with a key that may `admin` where it asks for keys.",
    }),
    ...sourceSettings,
    ...apiSettings,
    logLevel: processSettings.logLevel,
  },
  examples: [
    "eddy backup --out eddy-2026-11-23.tar.gz",
    "eddy backup --live --out /mnt/backups/eddy.tar.gz",
    "KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 eddy backup --out eddy.tar.gz",
  ],
  async run({ terminal, options }) {
    const { home, out, live, kafka, qdrant, pipeline } = options;
    const signal = terminal.interrupted();
    const now = terminal.clock.now();
    try {
      if (live) {
        const { fetchBackup } = await import("../backup/fetch-backup.ts");
        const made = await fetchBackup(createApi(options), out, signal);
        await terminal.write(`the pipeline ${made.pipeline} is in ${out}: ${pipelineTold(made)}\n`);
      } else if (kafka === undefined && qdrant === undefined) {
        const { backupHome } = await import("../backup/backup-home.ts");
        const made = await backupHome({ home, out, version, now, signal });
        await terminal.write(`${home} is in ${out}: ${folderTold(made)}\n`);
      } else {
        const [{ openSources }, { savePipeline }, { createLogger }] = await Promise.all([
          import("../sources.ts"),
          import("../backup/save-pipeline.ts"),
          import("@eddy/runtime/logger"),
        ]);
        const logger = createLogger({ service: "eddy", level: options.logLevel, fd: 2 });
        const { streams, api, close } = await openSources(options, { client: "backup", logger });
        try {
          const copied = pointsTold(terminal, "copied");
          const made = await savePipeline({ streams, api, pipeline, out, version, now, signal, copied });
          await terminal.write(`the pipeline ${pipeline} is in ${out}: ${pipelineTold(made)}\n`);
        } finally {
          await close();
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.note("interrupted: no backup was made\n");
      return INTERRUPTED;
    }
    return undefined;
  },
});
