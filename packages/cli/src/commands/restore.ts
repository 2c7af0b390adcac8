import { join, resolve } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { setting } from "@eddy/runtime/config";
import { syncFolder } from "@eddy/runtime/home-lock";
import { processSettings } from "@eddy/runtime/process-settings";
import type { Head } from "../backup/backup-format.ts";
import { defineCommand } from "../command.ts";
import { sourceSettings } from "../source-settings.ts";
import { folderTold, INTERRUPTED, pipelineTold, pointsTold } from "./backup.ts";

export const restore = defineCommand({
  name: "restore",
  group: "Run:",
  summary: "bring a backup into an empty folder, or a fleet",
  description: `Brings what \`eddy backup\` wrote into an empty folder, all of it or nothing; or, of a pipeline's backup, into a Kafka and a Qdrant
(--kafka and --qdrant) that have nothing of the pipeline. All of the file is checked first.

What is killed in the middle is begun again, or gone on with, when it is run again with the same file; no Eddy opens the folder and no
worker of the pipeline starts before that. Workers must be stopped meanwhile.`,
  parameters: [{ syntax: "<file>", description: "as `eddy backup` wrote it" }],
  settings: {
    ...sourceSettings,
    pipeline: setting(layoutSettings.pipeline.schema.optional(), {
      env: "EDDY_PIPELINE",
      flag: "--pipeline <name>",
      example: "eddy2",
      description: "Another name for the pipeline than it had; of a pipeline's backup.",
    }),
    retentionBytes: layoutSettings.retentionBytes,
    logLevel: processSettings.logLevel,
  },
  examples: [
    "eddy restore eddy-2026-11-23.tar.gz",
    "eddy restore /mnt/backups/eddy.tar.gz --home /var/lib/eddy",
    "KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 eddy restore eddy.tar.gz",
  ],
  async run({ terminal, args, options }) {
    const { home, kafka, qdrant, retentionBytes } = options;
    const file = resolve(args[0]!);
    const signal = terminal.interrupted();
    let half = false;
    try {
      const { readHead } = await import("../backup/read-backup.ts");
      const head = await readHead(file);
      if (head.what === "backup of an Eddy folder") {
        if (kafka !== undefined || qdrant !== undefined)
          throw new FatalError(
            "CONFIG_INVALID",
            `${file} is the backup of a folder: it is restored into one (--home), without --kafka and --qdrant (KAFKA_BROKERS, QDRANT_URL)`,
          );
        const { restoreHome } = await import("../backup/restore-home.ts");
        const restored = await restoreHome({ file, home, signal });
        await terminal.write(`${home} is as it was: ${told(head)}; ${folderTold(restored)}\n${goOn(home)}\n`);
        return undefined;
      }
      const [{ openSources }, { bringPipeline, checkPipelineBackup }, { restoreFolder }, { createLogger }] =
        await Promise.all([
          import("../sources.ts"),
          import("../backup/restore-pipeline.ts"),
          import("../backup/restore-folder.ts"),
          import("@eddy/runtime/logger"),
        ]);
      const logger = createLogger({ service: "eddy", level: options.logLevel, fd: 2 });
      const backup = await checkPipelineBackup(file, signal);
      const { pipeline = backup.manifest.pipeline } = options;
      const bring = async (locked: boolean) => {
        const { streams, api, close } = await openSources(
          { ...options, pipeline },
          { client: "restore", logger, locked },
        );
        try {
          const written = pointsTold(terminal, "written");
          await bringPipeline({ streams, api, pipeline, retentionBytes, signal, written }, backup);
        } finally {
          await close();
        }
      };
      const folder = resolve(home);
      half = kafka !== undefined;
      if (half) await bring(false);
      else
        await restoreFolder(folder, signal, async () => {
          await bring(true);
          for (const one of ["log", "qdrant", ""]) await syncFolder(join(folder, one));
        });
      const next = kafka === undefined ? `${goOn(home)}${named(pipeline)}` : "Go on: start its workers";
      const where = kafka === undefined ? `in ${home} ` : "";
      await terminal.write(
        `the pipeline ${pipeline} ${where}is as it was: ${told(head)}; ${pipelineTold(backup.manifest)}\n${next}\n`,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.note(
        half ? "interrupted: run it again with the same file to go on\n" : "interrupted: nothing was restored\n",
      );
      return INTERRUPTED;
    }
    return undefined;
  },
});

const told = ({ eddy, created_at }: Head) => `Eddy ${eddy} of ${created_at.slice(0, 16).replace("T", " ")} UTC`;
const goOn = (home: string) => `Go on: eddy up --home ${home}`;
const named = (pipeline: string) => (pipeline === layoutSettings.pipeline.default ? "" : ` --pipeline ${pipeline}`);
