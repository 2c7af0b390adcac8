import { setting } from "@eddy/runtime/config";
import { z } from "zod";
import type { BackupSummary } from "../backup/backup-format.ts";
import { defineCommand } from "../command.ts";
import { counted, megabytes } from "../figures.ts";
import { upSettings } from "../up/settings.ts";
import { version } from "../version.ts";

const INTERRUPTED = 130;
const { home } = upSettings;

/** `log 12.1 MB, store 30.0 MB, 3 files in all`. */
function told({ files, logBytes, storeBytes }: BackupSummary): string {
  const part = (name: string, bytes: number | undefined) =>
    bytes === undefined ? `no ${name}` : `${name} ${megabytes(bytes)}`;
  return `${part("log", logBytes)}, ${part("store", storeBytes)}, ${counted(files, "file")} in all`;
}

export const backup = defineCommand({
  name: "backup",
  group: "Run:",
  summary: "write all of a stopped Eddy into one file",
  description: `Writes the folder of a stopped \`eddy up\` into one file: the log with its commits, the store, the settings of the demo. Eddy must not
run meanwhile, so that log and store are of one moment. The embedding model is not in it, nor are the store's own snapshots.

The file is a gzipped tar with checksums. Half a backup is never left under its name.`,
  settings: {
    home,
    out: setting(z.string().min(1), {
      env: "EDDY_BACKUP_OUT",
      flag: "--out <file>",
      example: "eddy-2026-11-23.tar.gz",
      description: "File to write; must not be there yet.",
    }),
  },
  examples: [
    "eddy backup --out eddy-2026-11-23.tar.gz",
    "eddy backup --home /var/lib/eddy --out /mnt/backups/eddy.tar.gz",
  ],
  async run({ terminal, options }) {
    const { backupHome } = await import("../backup/backup-home.ts");
    const signal = terminal.interrupted();
    try {
      const made = await backupHome({ ...options, version, now: terminal.clock.now(), signal });
      await terminal.write(`${options.home} is in ${options.out}: ${told(made)}\n`);
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.note("interrupted: no backup was made\n");
      return INTERRUPTED;
    }
    return undefined;
  },
});

export const restore = defineCommand({
  name: "restore",
  group: "Run:",
  summary: "bring a backup into an empty folder",
  description: `Brings what \`eddy backup\` wrote into an empty folder, all of it or nothing. Every file is checked. What is killed in the middle
is begun again when it is run again, and no Eddy opens the folder before that.`,
  parameters: [{ syntax: "<file>", description: "as `eddy backup` wrote it" }],
  settings: { home },
  examples: ["eddy restore eddy-2026-11-23.tar.gz", "eddy restore /mnt/backups/eddy.tar.gz --home /var/lib/eddy"],
  async run({ terminal, args, options }) {
    const { restoreHome } = await import("../backup/restore-home.ts");
    const signal = terminal.interrupted();
    try {
      const { head, ...restored } = await restoreHome({ file: args[0]!, home: options.home, signal });
      const from = `Eddy ${head.eddy} of ${head.created_at.slice(0, 16).replace("T", " ")} UTC`;
      await terminal.write(
        `${options.home} is as it was: ${from}; ${told(restored)}\nGo on: eddy up --home ${options.home}\n`,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.note("interrupted: nothing was restored\n");
      return INTERRUPTED;
    }
    return undefined;
  },
});
