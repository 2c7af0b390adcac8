import { readFileSync, statSync } from "node:fs";
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
  /** Looks for changes so often, in milliseconds; through links, as Kubernetes replaces its secrets. */
  readonly everyMs?: number;
}

/** Files that are read again, all together, whenever one of them changes. Throws FatalError CONFIG_INVALID where the first reading fails. */
export function watchFiles<T>(
  paths: readonly string[],
  { parse, onChange, everyMs = 2_000 }: WatchOptions<T>,
): Watched<T> {
  const texts = () => paths.map((path) => readFileSync(path, "utf8"));
  // Taken before the reading: what is written meanwhile is seen the next time. (node's own watchFile begins with a look that is later.)
  let seen = paths.map(stateOf).join();
  let value: T;
  try {
    value = parse(texts());
  } catch (cause) {
    throw new FatalError("CONFIG_INVALID", `${paths.join(", ")}: ${(cause as Error).message}`, { cause });
  }
  const look = () => {
    const state = paths.map(stateOf).join();
    if (state === seen) return;
    seen = state;
    try {
      value = parse(texts());
    } catch (error) {
      return onChange(error as Error);
    }
    onChange();
  };
  const timer = setInterval(look, everyMs).unref();
  return {
    get value() {
      return value;
    },
    close: () => clearInterval(timer),
  };
}

function stateOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return (error as Error).message;
  }
}
