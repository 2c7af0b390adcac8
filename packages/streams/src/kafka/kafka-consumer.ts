import { RetryableError } from "@eddy/contracts/errors";
import { backoffMs } from "@eddy/runtime/backoff";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import { type Commit, type Consumer, type Cursor, Revoked } from "../port.ts";
import type { KafkaFetcher } from "./kafka-fetcher.ts";
import { type Generation, KafkaMember, type MemberOptions } from "./kafka-member.ts";

export interface KafkaConsumerDeps extends MemberOptions {
  readonly clock: Clock;
  readonly committed: () => Promise<Map<number, Commit>>;
  /** First offset that is kept. */
  readonly start: (partition: number) => Promise<number>;
  readonly fetcher: (partition: number, from: number) => { readonly fetcher: KafkaFetcher; close(): Promise<void> };
  readonly closed: () => void;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  owned: boolean;
}

const RETRY = { baseMs: 100, maxMs: 3_000 };
/** Between two beginnings of a run that could not go on. */
const AGAIN = { baseMs: 1_000, maxMs: 10_000 };

/** A cursor for each partition of the present generation; each reads by itself, and commits in the name of its generation. */
export class KafkaConsumer implements Consumer {
  readonly #deps: KafkaConsumerDeps;
  readonly #member: KafkaMember;
  readonly #running = new Map<number, Running>();
  /** Runs that were told to end and have not: the next one of the partition waits for it. */
  readonly #ending = new Map<number, Promise<void>>();
  #stopping = false;
  #run: (cursor: Cursor) => Promise<void> = async () => {};
  #failed: (error: unknown) => void = () => {};

  constructor(deps: KafkaConsumerDeps) {
    this.#deps = deps;
    this.#member = new KafkaMember(deps, {
      take: (generation) => {
        if (!this.#stopping) for (const partition of generation.partitions) this.#take(partition, generation);
      },
      give: async () => {
        for (const { abort } of this.#running.values()) abort.abort();
        await Promise.all([...this.#running.values()].map(({ ended }) => ended));
      },
      lost: () => this.#lose(),
      failed: (error) => this.#failed(error),
    });
  }

  async start(run: (cursor: Cursor) => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    this.#run = run;
    this.#failed = failed;
    await this.#member.start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all([...running.map(({ ended }) => ended), ...this.#ending.values()]);
    this.#lose();
    await this.#member.stop();
    this.#deps.closed();
  }

  assigned(): readonly number[] {
    return [...this.#running.keys()];
  }

  #lose(): void {
    for (const [partition, running] of this.#running) {
      running.owned = false;
      running.abort.abort();
      const ending = running.ended.finally(() => {
        if (this.#ending.get(partition) === ending) this.#ending.delete(partition);
      });
      this.#ending.set(partition, ending);
    }
    this.#running.clear();
  }

  #take(partition: number, generation: Generation): void {
    const abort = new AbortController();
    const before = this.#ending.get(partition);
    const running: Running = {
      abort,
      owned: true,
      ended: (async () => before)().then(() => this.#live(partition, generation, running)),
    };
    this.#running.set(partition, running);
  }

  /** An outage that outlasts a run's own patience ends the run, not the process: it begins again at the commit. */
  async #live(partition: number, generation: Generation, running: Running): Promise<void> {
    const { clock, warn, topic } = this.#deps;
    const revoked = running.abort.signal;
    for (let failures = 1; ; failures++) {
      try {
        return await this.#runOnce(partition, generation, running);
      } catch (error) {
        if (error instanceof Revoked || error === revoked.reason) return;
        if (!(error instanceof RetryableError)) return this.#failed(error);
        if (revoked.aborted) return;
        warn("run", `${topic}/${partition}: ${error.message}; beginning again at the commit`);
        await clock.sleep(backoffMs(failures, AGAIN, Math.random), revoked).catch(() => {});
      }
    }
  }

  async #runOnce(partition: number, generation: Generation, running: Running): Promise<void> {
    const { clock } = this.#deps;
    const revoked = running.abort.signal;
    let close = async () => {};
    try {
      const committed = await retry(async () => (await this.#deps.committed()).get(partition), {
        ...RETRY,
        clock,
        signal: revoked,
      });
      const from =
        committed?.offset ?? (await retry(() => this.#deps.start(partition), { ...RETRY, clock, signal: revoked }));
      const opened = this.#deps.fetcher(partition, from);
      close = opened.close;
      await this.#run(this.#cursor(partition, generation, running, opened.fetcher, committed));
    } finally {
      await close();
    }
  }

  #cursor(
    partition: number,
    generation: Generation,
    running: Running,
    fetcher: KafkaFetcher,
    committed: Commit | undefined,
  ): Cursor {
    const { topic } = this.#deps;
    const revoked = running.abort.signal;
    return {
      topic,
      partition,
      committed,
      revoked,
      fetch: (options) => fetcher.fetch(options, revoked),
      seek: (offset) => fetcher.seek(offset),
      commit: async (commit) => {
        if (!running.owned) throw new Revoked(topic, partition);
        // Else the lag would never be nothing behind a producer of people's that uses transactions.
        const offset = fetcher.afterMarkers(commit.offset);
        await this.#member.commit(generation, partition, { ...commit, offset });
      },
    };
  }
}
