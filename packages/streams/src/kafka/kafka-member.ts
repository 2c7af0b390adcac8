/**
 * A member of a consumer group, by Kafka's classic protocol (join, sync, heartbeat, leave), with every member assigned
 * partitions in turn.
 *
 * 1. Partitions are held for one generation. When the group re-forms, all are given up first (and what is in hand may still be
 *    committed), then the group is joined again, and what comes back begins anew from its commit.
 * 2. The heart beats by itself, not by fetching: a member that waits or works for long stays in the group.
 * 3. A member that the coordinator gave up, or that could not reach it for a session, has lost its partitions at once.
 * 4. A commit names its generation; the coordinator refuses one of a generation that is over (Revoked).
 */
import { RetryableError } from "@eddy/contracts/errors";
import { backoffMs } from "@eddy/runtime/backoff";
import type { Clock } from "@eddy/runtime/clock";
import type { WarnRepeated } from "@eddy/runtime/repeated-warning";
import { type Commit, Revoked } from "../port.ts";
import { decodeAssignment, encodeAssignment, encodeSubscription } from "./kafka-client.ts";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";
import type { KafkaLink } from "./kafka-link.ts";

/** Name of Java's assignor that gives the same to members of one topic. */
const PROTOCOL = "roundrobin";
const RETRY = { baseMs: 100, maxMs: 3_000 };
/** How often the leader looks for new partitions. */
const LOOK_MS = 60_000;

export interface Generation {
  readonly id: number;
  readonly memberId: string;
  readonly partitions: readonly number[];
}

export interface MemberOptions {
  readonly link: KafkaLink;
  readonly group: string;
  readonly topic: string;
  /** After this time without a heart-beat the coordinator gives the partitions to others. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  /** Longest that the group waits for a member to give up its partitions. */
  readonly rebalanceMs: number;
  readonly clock: Clock;
  readonly warn: WarnRepeated;
}

export interface MemberEvents {
  /** Partitions of a new generation. */
  take(generation: Generation): void;
  /** Told to give up everything; resolves once that is done. They may still be committed until then. */
  give(): Promise<void>;
  /** They are gone already. */
  lost(): void;
  failed(error: unknown): void;
}

/** The group re-forms, or knows this member no more. */
const REJOIN = ["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"];
const FORGOTTEN = ["UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"];

export class KafkaMember {
  readonly #options: MemberOptions;
  readonly #events: MemberEvents;
  readonly #stopped = new AbortController();
  #memberId = "";
  #leads = false;
  #partitionCount = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: MemberOptions, events: MemberEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Resolves once the group was joined. */
  async start(): Promise<void> {
    const generation = await this.#join();
    this.#loop = this.#live(generation).catch((error) => {
      this.#events.lost();
      if (!this.#stopped.signal.aborted) this.#events.failed(kafkaFault(error));
    });
  }

  /** Leaves the group. The partitions must have been given up. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error("stopping"));
    const { link, group, clock, sessionMs } = this.#options;
    const limit = new AbortController();
    await Promise.race([this.#loop, clock.sleep(sessionMs, limit.signal).catch(() => {})]);
    limit.abort();
    if (this.#memberId !== "")
      await link
        .coordinator(group, (coordinator) => coordinator.leaveGroup({ groupId: group, memberId: this.#memberId }))
        .catch(() => {});
    await link.close();
  }

  async commit(generation: Generation, partition: number, commit: Commit): Promise<void> {
    const { link, group, topic } = this.#options;
    try {
      await link.coordinator(group, (coordinator) =>
        coordinator.offsetCommit({
          groupId: group,
          groupGenerationId: generation.id,
          memberId: generation.memberId,
          topics: [{ topic, partitions: [commitOf(partition, commit)] }],
        }),
      );
    } catch (error) {
      const type = kafkaErrorType(error) ?? "";
      if (REJOIN.includes(type) || FORGOTTEN.includes(type)) throw new Revoked(topic, partition);
      throw kafkaFault(error);
    }
  }

  async #live(first: Generation): Promise<void> {
    const { signal } = this.#stopped;
    for (let generation = first; ; generation = await this.#join()) {
      this.#events.take(generation);
      const held = await this.#beat(generation);
      if (signal.aborted) return;
      if (held) await this.#giveUp(generation);
      else this.#events.lost();
      if (signal.aborted) return;
    }
  }

  /** Beats until the group re-forms or the member stops (true) or has lost its place (false). */
  async #beat(generation: Generation): Promise<boolean> {
    const { clock, heartbeatMs, sessionMs, warn, group } = this.#options;
    let beatAt = clock.now();
    let lookedAt = beatAt;
    for (let failures = 0; ; ) {
      await clock.sleep(heartbeatMs, this.#stopped.signal).catch(() => {});
      if (this.#stopped.signal.aborted) return true;
      try {
        await this.#heartbeat(generation);
        beatAt = clock.now();
        failures = 0;
        if (this.#leads && beatAt - lookedAt > LOOK_MS) {
          lookedAt = beatAt;
          if ((await this.#options.link.partitions()) !== this.#partitionCount) return true;
        }
      } catch (error) {
        const type = kafkaErrorType(error) ?? "";
        if (type === "REBALANCE_IN_PROGRESS") return true;
        if (type === "ILLEGAL_GENERATION") return false;
        if (FORGOTTEN.includes(type)) {
          this.#memberId = "";
          return false;
        }
        const fault = kafkaFault(error);
        if (!(fault instanceof RetryableError)) throw fault;
        failures += 1;
        if (failures > 1) warn("heartbeat", `group ${group}: ${fault.message}; trying again`);
        if (clock.now() - beatAt > sessionMs) return false;
      }
    }
  }

  async #heartbeat({ id, memberId }: Generation): Promise<void> {
    const { link, group } = this.#options;
    await link.coordinator(group, (coordinator) =>
      coordinator.heartbeat({ groupId: group, memberId, groupGenerationId: id }),
    );
  }

  /** Lets the runs end, beating meanwhile; past half of the group's patience they are left to end by themselves. */
  async #giveUp(generation: Generation): Promise<void> {
    const { clock, heartbeatMs, rebalanceMs } = this.#options;
    let given = false;
    const giving = this.#events.give().then(() => {
      given = true;
    });
    const deadline = clock.now() + rebalanceMs / 2;
    const woken = new AbortController();
    void giving.then(() => woken.abort());
    while (!given && clock.now() < deadline) {
      await clock.sleep(heartbeatMs, woken.signal).catch(() => {});
      if (given) break;
      const type = await this.#heartbeat(generation).then(
        () => undefined,
        (error: unknown) => kafkaErrorType(error),
      );
      if (type !== undefined && type !== "REBALANCE_IN_PROGRESS") break;
    }
    this.#events.lost();
  }

  async #join(): Promise<Generation> {
    const { clock, warn, group } = this.#options;
    const { signal } = this.#stopped;
    for (let failures = 0; ; ) {
      try {
        return await this.#joinOnce();
      } catch (error) {
        if (signal.aborted) throw error;
        const type = kafkaErrorType(error) ?? "";
        if (FORGOTTEN.includes(type)) this.#memberId = "";
        else if (!REJOIN.includes(type)) {
          const fault = kafkaFault(error);
          if (!(fault instanceof RetryableError)) throw fault;
          failures += 1;
          if (failures > 3) warn("join", `group ${group}: ${fault.message}; trying again`);
          await clock.sleep(backoffMs(failures, RETRY, Math.random), signal).catch(() => {});
        }
        signal.throwIfAborted();
      }
    }
  }

  async #joinOnce(): Promise<Generation> {
    const { link, group, topic, sessionMs, rebalanceMs } = this.#options;
    this.#partitionCount = await link.partitions();
    return link.coordinator(group, async (coordinator) => {
      const joined = await coordinator.joinGroup({
        groupId: group,
        memberId: this.#memberId,
        sessionTimeout: sessionMs,
        rebalanceTimeout: rebalanceMs,
        groupProtocols: [{ name: PROTOCOL, metadata: encodeSubscription(topic) }],
      });
      const { memberId, generationId } = joined;
      this.#memberId = memberId;
      this.#leads = joined.leaderId === memberId;
      const members = joined.members.map((member) => member.memberId);
      const synced = await coordinator.syncGroup({
        groupId: group,
        memberId,
        generationId,
        groupAssignment: this.#leads
          ? [...assign(members, this.#partitionCount)].map(([member, partitions]) => ({
              memberId: member,
              memberAssignment: encodeAssignment(topic, partitions),
            }))
          : [],
      });
      return { id: generationId, memberId, partitions: decodeAssignment(topic, synced.memberAssignment) };
    });
  }
}

/** Partitions in turn over the members, sorted by name. */
export function assign(members: readonly string[], partitions: number): ReadonlyMap<string, readonly number[]> {
  const sorted = [...members].sort();
  const assigned = new Map<string, number[]>(sorted.map((member) => [member, []]));
  for (let partition = 0; partition < partitions; partition++)
    assigned.get(sorted[partition % sorted.length] ?? "")?.push(partition);
  return assigned;
}

/** A commit as the protocol has it; kafkajs's types know no metadata. */
export function commitOf(partition: number, { offset, metadata }: Commit): { partition: number; offset: string } {
  const entry = { partition, offset: String(offset), metadata };
  return entry;
}
