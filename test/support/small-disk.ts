import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canRun } from "./needs.ts";

const MIB = 1024 * 1024;

/** A file system of 48 MiB of its own. */
export interface SmallDisk {
  readonly path: string;
  /** Only root may make one. */
  readonly isMounted: boolean;
  /** Leaves 6 MiB. */
  fill(): void;
  free(): void;
  unmount(): void;
}

export function mountSmallDisk(path: string): SmallDisk {
  mkdirSync(path, { recursive: true });
  const isMounted = canRun("mount", "-t", "tmpfs", "-o", `size=${48 * MIB}`, "tmpfs", path);
  const filler = join(path, "filler");
  return {
    path,
    isMounted,
    fill() {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 6 * MIB)));
    },
    free: () => rmSync(filler),
    unmount() {
      if (isMounted) spawnSync("umount", ["-l", path]);
    },
  };
}
