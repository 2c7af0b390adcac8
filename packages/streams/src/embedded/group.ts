import { Revoked } from "../port.ts";

/** A member of a group, as the coordinator sees it: it is told to take and to give up partitions. */
export interface Member {
  take(partition: number): void;
  /** Resolves once the member has let go. */
  give(partition: number): Promise<void>;
}

/**
 * The coordinator of one consumer group over one topic, in the process: partitions are spread over the members in turn;
 * one that moves is given up by its old owner before its new owner gets it. Commits of anyone but the owner are refused.
 */
export class Group {
  readonly #topic: string;
  readonly #partitions: number;
  readonly #members: Member[] = [];
  readonly #expelled = new WeakSet<Member>();
  readonly #owners = new Map<number, Member>();
  #turn: Promise<void> = Promise.resolve();

  constructor(topic: string, partitions: number) {
    this.#topic = topic;
    this.#partitions = partitions;
  }

  join(member: Member): Promise<void> {
    // Its turn may come after it was given up.
    return this.#rebalance(() => void (this.#expelled.has(member) || this.#members.push(member)));
  }

  leave(member: Member): Promise<void> {
    return this.#rebalance(() => {
      const at = this.#members.indexOf(member);
      if (at >= 0) this.#members.splice(at, 1);
    });
  }

  /** Takes a member's partitions away without waiting for it, as a broker does with one that stopped beating. */
  expel(member: Member): void {
    this.#expelled.add(member);
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
    for (const [partition, owner] of this.#owners) {
      if (owner !== member) continue;
      this.#owners.delete(partition);
      void member.give(partition);
    }
    void this.#rebalance(() => {});
  }

  assertOwner(member: Member, partition: number): void {
    if (this.#owners.get(partition) !== member) throw new Revoked(this.#topic, partition);
  }

  #rebalance(change: () => void): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      change();
      const wanted = (partition: number) => this.#members[partition % this.#members.length];
      const moving = [...this.#owners].filter(([partition, owner]) => wanted(partition) !== owner);
      await Promise.all(
        moving.map(async ([partition, owner]) => {
          await owner.give(partition);
          this.#owners.delete(partition);
        }),
      );
      if (this.#members.length === 0) return;
      for (let partition = 0; partition < this.#partitions; partition++) {
        const owner = wanted(partition);
        if (!owner || this.#owners.get(partition) === owner) continue;
        this.#owners.set(partition, owner);
        owner.take(partition);
      }
    });
    return this.#turn;
  }
}
