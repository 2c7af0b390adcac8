/**
 * A value that others wait on. A wake-up can't be lost: a reader remembers the version that it saw and asks for the
 * first one after it, which may already be there.
 */
export interface Latest<T> {
  readonly value: T;
  /** 0 at first, +1 with each `set`. */
  readonly version: number;
  /** Also wakes readers where the value is the same. */
  set(value: T): void;
  /** Resolves once `version > since`; rejects with the signal's reason when that aborts first. */
  after(since: number, signal?: AbortSignal): Promise<T>;
}

export function createLatest<T>(initial: T): Latest<T> {
  let value = initial;
  let version = 0;
  const waiting = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    get version() {
      return version;
    },
    set(next) {
      value = next;
      version += 1;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    after(since, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (version > since) return resolve(value);
        const abort = () => {
          waiting.delete(wake);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener("abort", abort);
          resolve(value);
        };
        waiting.add(wake);
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
  };
}
