/** What goes wrong in a fleet, at random: kills, freezes past a session and awakenings, clean stops, newcomers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@eddy/runtime/random";
import { expect } from "vitest";
import type { Member } from "../support/member.ts";
import { type Fleet, type Worker, workers } from "./fleet.ts";

/** The session of a member of a group, as `eddy run` has it. */
export const SESSION_MS = 10_000;
const MOST = 3;

export interface MischiefOptions {
  readonly fleet: Fleet;
  readonly random: Random;
  /** Longest pause between two deeds, in milliseconds. */
  readonly pauseMs: number;
}

export interface Mischief {
  readonly deeds: Readonly<Record<"kill" | "freeze" | "stop" | "add", number>>;
  /** Until `over`; then all that is frozen is woken, and there are two of each kind. */
  run(over: Promise<unknown>): Promise<void>;
}

export function createMischief({ fleet, random, pauseMs }: MischiefOptions): Mischief {
  const deeds = { kill: 0, freeze: 0, stop: 0, add: 0 };
  const sleepers = new Map<Member, Promise<void>>();
  const woken = new AbortController();

  const awake = (kind: Worker) => fleet.members(kind).filter(({ isFrozen }) => !isFrozen);

  function add(kind: Worker): void {
    deeds.add += 1;
    fleet.add(kind);
  }

  async function freeze(member: Member): Promise<void> {
    deeds.freeze += 1;
    fleet.freeze(member);
    // Half of them past their session: others have their partitions when they wake.
    const ms = random.next() < 0.5 ? random.below(SESSION_MS / 2) : SESSION_MS + random.below(SESSION_MS);
    await sleep(ms, undefined, { signal: woken.signal }).catch(() => {});
    if (member.isRunning) fleet.wake(member);
    sleepers.delete(member);
  }

  async function deed(): Promise<void> {
    const kind = random.pick(workers);
    const [victim, other] = awake(kind);
    const dice = random.next();
    if (!victim || (dice < 0.3 && fleet.members(kind).length < MOST)) return add(kind);
    // One is left that can go on.
    if (!other && dice >= 0.55) return;
    if (dice < 0.55) {
      deeds.kill += 1;
      await fleet.kill(random.pick(fleet.members(kind)));
      return;
    }
    if (dice < 0.9 || !victim.hasBegun) {
      sleepers.set(victim, freeze(victim));
      return;
    }
    deeds.stop += 1;
    fleet.note(`stop ${victim.name}`);
    expect(await victim.stop(), victim.name).toEqual({ code: 0, signal: null });
  }

  return {
    deeds,
    async run(over) {
      let isOver = false;
      void over.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await sleep(random.below(pauseMs));
        await deed();
      }
      woken.abort();
      await Promise.all(sleepers.values());
      for (const kind of workers) while (fleet.members(kind).length < 2) add(kind);
    },
  };
}
