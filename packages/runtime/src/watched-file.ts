import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { FatalError } from "@eddy/contracts/errors";

export interface Watched<T> {
  /** What the files hold now: of the last reading that succeeded. */
  readonly value: T;
  close(): void;
}

export interface WatchOptions<T> {
  /** Throws an Error where the texts are not what they should be; it must not quote them. */
  readonly parse: (texts: readonly string[]) => T;
  /** Told of each reading after the first; the error of one that failed, after which the value stays as it was. */
  readonly onChange: (error?: Error) => void;
  /** Looks for changes so often, in milliseconds; by modification time, through links, as Kubernetes replaces its secrets. */
  readonly everyMs?: number;
}

/** Files that are read again, all together, whenever one of them changes. Throws FatalError CONFIG_INVALID where the first reading fails. */
export function watchFiles<T>(
  paths: readonly string[],
  { parse, onChange, everyMs = 2_000 }: WatchOptions<T>,
): Watched<T> {
  const read = () => parse(paths.map((path) => readFileSync(path, "utf8")));
  let value: T;
  try {
    value = read();
  } catch (cause) {
    throw new FatalError("CONFIG_INVALID", `${paths.join(", ")}: ${(cause as Error).message}`, { cause });
  }
  const changed = () => {
    try {
      value = read();
    } catch (error) {
      onChange(error as Error);
      return;
    }
    onChange();
  };
  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, changed);
  return {
    get value() {
      return value;
    },
    close() {
      for (const path of paths) unwatchFile(path, changed);
    },
  };
}
