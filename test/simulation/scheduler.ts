import type { Clock } from "@eddy/runtime/clock";

/**
 * A seeded scheduler: whatever a simulated process does outside itself waits in one queue, and the scheduler lets one go at
 * a time, chosen at random, and moves its clock on by 5 ms. The same seed gives the same run.
 */
export class Scheduler {
  readonly random: () => number;
  readonly #ready: { readonly process: SimProcess; readonly go: () => void }[] = [];
  readonly #asleep: { readonly process: SimProcess; readonly until: number; readonly go: () => void }[] = [];
  now = 1_000_000;

  constructor(seed: number) {
    this.random = mulberry32(seed);
  }

  pick(below: number): number {
    return Math.floor(this.random() * below);
  }

  /** The process's next outside step: performed when the scheduler says so; never, once the process is dead. */
  step<T>(process: SimProcess, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#ready.push({
        process,
        go: () =>
          void work().then(
            (value) => process.alive && resolve(value),
            (error) => process.alive && reject(error),
          ),
      });
    });
  }

  clockOf(process: SimProcess): Clock {
    return {
      now: () => this.now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const abort = () => reject(signal?.reason);
          signal?.addEventListener("abort", abort, { once: true });
          this.#asleep.push({
            process,
            until: this.now + ms,
            go: () => {
              signal?.removeEventListener("abort", abort);
              resolve();
            },
          });
        }),
    };
  }

  /** Steps of a killed process that are under way happen or not, at random. */
  kill(process: SimProcess): void {
    process.alive = false;
    for (let i = this.#ready.length - 1; i >= 0; i--) {
      if (this.#ready[i]!.process === process && this.random() < 0.5) this.#ready.splice(i, 1);
    }
  }

  /** One thing happens; false: nothing can. */
  async turn(): Promise<boolean> {
    await settle();
    const isAwake = ({ process }: { readonly process: SimProcess }) => !process.frozen;
    if (!this.#ready.some(isAwake)) {
      const sleepers = this.#asleep.filter(isAwake);
      if (sleepers.length === 0) return false;
      this.now = Math.max(this.now, Math.min(...sleepers.map(({ until }) => until)));
    }
    this.now += 5;
    for (const sleeper of this.#asleep.filter(({ until }) => until <= this.now)) {
      this.#asleep.splice(this.#asleep.indexOf(sleeper), 1);
      if (sleeper.process.alive) this.#ready.push(sleeper);
    }
    const ready = this.#ready.filter(isAwake);
    const entry = ready[this.pick(ready.length)];
    if (entry) this.#ready.splice(this.#ready.indexOf(entry), 1);
    entry?.go();
    await settle();
    return true;
  }
}

export interface SimProcess {
  readonly name: string;
  alive: boolean;
  /** The group goes on without it. */
  replaced?: boolean;
  /** Nothing of it happens until it is woken. */
  frozen?: boolean;
}

/** Lets everything that needs no outside step run to its end. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
