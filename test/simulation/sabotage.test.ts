/**
 * The simulation can fail: without one rule of the design, the ledger shows a fault within some tens of seeds. Rules of the
 * code itself (chain, range check, redo) are taken away by replacing their module for this file.
 */
import type { ModelEvent } from "@eddy/clustering/events";
import type { ModelState } from "@eddy/clustering/state";
import type { ChainLink } from "@eddy/streams/chain";
import { afterEach, expect, test, vi } from "vitest";
import { run } from "./run.ts";
import type { Sabotage } from "./sabotage.ts";

const rules = vi.hoisted(() => ({
  chain: true,
  range: true,
  redo: true,
  conditions: true,
  routing: true,
  guard: true,
}));

vi.mock("@eddy/streams/chain", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/streams/chain")>();
  class ChainReader extends original.ChainReader {
    override accept(link: ChainLink) {
      const verdict = super.accept(link);
      return rules.chain ? verdict : "take";
    }
  }
  return { ...original, ChainReader };
});

vi.mock("@eddy/clustering/fold", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/clustering/fold")>();
  return {
    ...original,
    applyEvent(state: ModelState, offset: number, event: ModelEvent) {
      const partition = event.type === "delta" ? state.partitions.get(event.partition) : undefined;
      if (!rules.range && partition) partition.applied = undefined;
      const outcome = original.applyEvent(state, offset, event);
      if (!rules.redo && partition) {
        // Written again with what the model says by now, not with what was counted.
        const living = [...state.clusters.values()].filter(({ heir }) => heir === 0).map(({ id }) => id);
        partition.ranges = partition.ranges.map((range) => ({
          ...range,
          clusters: range.clusters.map((cluster) => (cluster === 0 ? 0 : living[(cluster + offset) % living.length]!)),
        }));
      }
      return outcome;
    },
  };
});

vi.mock("@eddy/cluster-worker/stages/conditions", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/cluster-worker/stages/conditions")>();
  const withEffect: typeof original.withEffect = async (items, ...rest) =>
    rules.conditions ? original.withEffect(items, ...rest) : items;
  return { ...original, withEffect };
});

vi.mock("@eddy/streams/murmur2", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/streams/murmur2")>();
  let routed = 0;
  const partitionOf: typeof original.partitionOf = (key, partitions) =>
    rules.routing ? original.partitionOf(key, partitions) : routed++ % partitions;
  return { ...original, partitionOf };
});

vi.mock("@eddy/streams/crash-guard", async (importOriginal) => {
  const original = await importOriginal<typeof import("@eddy/streams/crash-guard")>();
  const createCrashGuard: typeof original.createCrashGuard = (options) => {
    const guard = original.createCrashGuard(options);
    return rules.guard ? guard : { ...guard, cautious: undefined, condemned: false };
  };
  return { ...original, createCrashGuard };
});

afterEach(() => {
  Object.assign(rules, { chain: true, range: true, redo: true, conditions: true, routing: true, guard: true });
});

const SEEDS = 60;

test.each<[string, RegExp, Partial<typeof rules>, Sabotage, number?]>([
  ["a store without the version fence", /^G1/, {}, { noVersionFence: true }, 40],
  ["a store that acknowledges before it has written", /^G/, {}, { earlyAcknowledgement: true }],
  ["a sweep that writes back what it read", /^G1/, {}, { naiveSweep: true }],
  ["dead letters that are dropped", /^G5/, {}, { noDeadLetters: true }],
  ["a chain reader that takes everything", /^G|are not those that the model counted/, { chain: false }, {}],
  ["the same, and commits of replaced workers", /^G|are not those that/, { chain: false }, { zombieCommits: true }],
  ["counting without the range check", /^G2/, { range: false }, {}],
  ["deletions that heed no version", /^G1/, { conditions: false }, {}],
  ["an id that goes through any partition", /^G6/, { routing: false }, {}],
  ["workers that don't look for what kills them", /to read$|^crashes/, { guard: false }, {}, 4],
  ["a gap that nobody repairs", /to read$|^repair finds/, {}, { noRepair: true }, 12],
  ["writing again with present clusters", /^G2/, { redo: false }, {}],
])("%s shows within some tens of seeds", { timeout: 300_000 }, async (_, expected, without, sabotage, from = 1) => {
  Object.assign(rules, without);
  for (let seed = from; seed < from + SEEDS; seed++)
    if ((await run(seed, sabotage)).some((fault) => expected.test(fault))) return;
  expect.unreachable(`${SEEDS} seeds, and no fault`);
});
