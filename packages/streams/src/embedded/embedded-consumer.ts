import { createDeferred } from "@eddy/runtime/deferred";
import { type Commit, type Consumer, type Cursor, type FetchOptions, Revoked, type StoredRecord } from "../port.ts";
import { awaitEnd, nextPosition } from "./await-end.ts";
import type { Group, Member } from "./group.ts";
import type { PartitionLog } from "./partition-log.ts";

export interface EmbeddedConsumerDeps {
  readonly topic: string;
  readonly group: Group;
  readonly log: (partition: number) => PartitionLog;
  readonly read: (log: PartitionLog, offset: number, options: FetchOptions) => StoredRecord[];
  readonly committed: (partition: number) => Commit | undefined;
  readonly putCommit: (partition: number, commit: Commit) => Promise<void>;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export class EmbeddedConsumer implements Consumer, Member {
  readonly #deps: EmbeddedConsumerDeps;
  readonly #running = new Map<number, Running>();
  #run: ((cursor: Cursor) => Promise<void>) | undefined;
  #failed: (error: unknown) => void = () => {};
  #zombie = false;
  /** Resolved once the group has given this member up. */
  readonly #expelled = createDeferred();

  constructor(deps: EmbeddedConsumerDeps) {
    this.#deps = deps;
  }

  async start(run: (cursor: Cursor) => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    this.#run = run;
    this.#failed = failed;
    await this.#deps.group.join(this);
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await this.#deps.group.leave(this);
  }

  assigned(): readonly number[] {
    return [...this.#running.keys()];
  }

  take(partition: number): void {
    const abort = new AbortController();
    const cursor = this.#cursor(partition, abort.signal);
    const ended = this.#run!(cursor).then(
      () => {},
      (error) => {
        if (!(error instanceof Revoked)) this.#failed(error);
      },
    );
    this.#running.set(partition, { abort, ended });
  }

  async give(partition: number): Promise<void> {
    const running = this.#running.get(partition);
    if (!this.#zombie) running?.abort.abort();
    await Promise.race([running?.ended, this.#expelled.promise]);
    this.#running.delete(partition);
  }

  /** The group goes on without this member, which doesn't know it yet: its commits are refused, the rest works. */
  expelled(): void {
    this.#zombie = true;
    this.#expelled.resolve();
    this.#deps.group.expel(this);
  }

  #cursor(partition: number, revoked: AbortSignal): Cursor {
    const { topic, group } = this.#deps;
    const log = this.#deps.log(partition);
    const committed = this.#deps.committed(partition);
    let position = Math.max(committed?.offset ?? log.start, log.start);
    return {
      topic,
      partition,
      committed,
      revoked,
      fetch: async (options) => {
        if (revoked.aborted) return [];
        if (!(await awaitEnd(log, position, options.waitMs, revoked)) || revoked.aborted) return [];
        position = Math.max(position, log.start);
        const records = this.#deps.read(log, position, options);
        position = nextPosition(log, records);
        return records;
      },
      seek: (offset) => {
        position = offset;
      },
      commit: async (commit) => {
        group.assertOwner(this, partition);
        await this.#deps.putCommit(partition, commit);
      },
    };
  }
}
