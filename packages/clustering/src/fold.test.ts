import { describe, expect, it } from "vitest";
import type { EventBody, ModelEvent } from "./events.ts";
import { applyEvent, decayShare } from "./fold.ts";
import { createLog, delta, founded, refitted, seeded, seededLog } from "./fold-fixture.ts";
import type { BatchItem, OldShare } from "./mini-batch.ts";
import { heirOf, livingClusters, type Refusal, resumeAfter } from "./state.ts";

const TAKEN = { taken: true };
const refused = (why: Refusal) => ({ taken: false, why });
const touched = delta(0, 1).touched[0]!;
const nan = Float32Array.of(Number.NaN, 0);

describe("the fold takes only the next event", () => {
  it.each([-1, 1, 5])("not offset %i after version -1", (offset) => {
    const { state } = createLog();
    const event = { ...founded, worker: "w", sequence: 1, atMs: 0, epoch: 0 } as ModelEvent;
    expect(() => applyEvent(state, offset, event)).toThrow(RangeError);
    expect(state.version).toBe(-1);
  });
});

describe("refusals are counted and change nothing else", () => {
  it.each<[string, Refusal, EventBody, { epoch?: number; atMs?: number }?]>([
    ["founded twice", "late", founded],
    ["seeded twice", "late", seeded([1, 1])],
    [
      "sampled after the seed",
      "late",
      { type: "sampled", partition: 0, from: 0, to: 1, count: 0, vectors: new Float32Array() },
    ],
    ["a Delta of another epoch", "epoch", delta(4, 5), { epoch: 0 }],
    ["a refit of another epoch", "epoch", refitted({ cluster: 1, vector: [1, 0] }), { epoch: 7 }],
    ["a Delta from before", "range", delta(2, 5)],
    ["a Delta from after", "range", delta(5, 6)],
    ["a Delta again", "range", delta(-1, 4)],
    ["a Delta that ends where it begins", "invalid", delta(4, 4)],
    ["a Delta whose sources end elsewhere", "invalid", delta(4, 9, { sources: [3] })],
    ["a Delta whose sources don't ascend", "invalid", delta(4, 6, { sources: [2, 2], clusters: [1, 0] })],
    ["a Delta without records", "invalid", delta(4, 5, { sources: [], clusters: [] })],
    ["a Delta with a cluster too many", "invalid", delta(4, 5, { clusters: [1, 1] })],
    ["a Delta to NaN", "invalid", delta(4, Number.NaN)],
    ["a Delta that is durable before it is counted", "invalid", delta(4, 5, { done: 5 })],
    ["a Delta whose done is NaN", "invalid", delta(4, 5, { done: Number.NaN })],
    ["a Delta assigned with NaN", "invalid", delta(4, 5, { assignedWith: Number.NaN })],
    ["a Delta at no time", "invalid", delta(4, 5), { atMs: Number.NaN }],
    ["an unknown cluster", "invalid", delta(4, 5, { clusters: [9], touched: [{ ...touched, cluster: 9 }] })],
    ["a cluster that is counted but not touched", "invalid", delta(4, 5, { clusters: [2] })],
    ["a touched cluster with another count", "invalid", delta(4, 5, { touched: [{ ...touched, added: 2 }] })],
    ["a sum of NaN", "invalid", delta(4, 5, { touched: [{ ...touched, sum: nan }] })],
    ["a sum of another width", "invalid", delta(4, 5, { touched: [{ ...touched, sum: new Float32Array(3) }] })],
    ["infinite squares", "invalid", delta(4, 5, { touched: [{ ...touched, sumSquares: Number.POSITIVE_INFINITY }] })],
    ["more weight removed than documents", "invalid", delta(4, 5, { touched: [{ ...touched, removedWeight: 1 }] })],
    ["half a document removed", "invalid", delta(4, 5, { touched: [{ ...touched, removed: 0.5 }] })],
    ["a negative removal", "invalid", delta(4, 5, { touched: [{ ...touched, removed: -1 }] })],
    ["a refit that forgets a cluster", "invalid", refitted({ cluster: 1, vector: [1, 0] })],
    [
      "a refit that names one twice",
      "invalid",
      refitted({ cluster: 1, vector: [1, 0], absorbs: [2] }, { cluster: 2, vector: [1, 0] }),
    ],
    ["a refit of an unknown cluster", "invalid", refitted({ cluster: 1, vector: [1, 0], absorbs: [2, 3] })],
    ["a refit into nothing", "invalid", refitted()],
    ["a refit with a weightless centre", "invalid", refitted({ cluster: 1, vector: [1, 0], absorbs: [2], weight: 0 })],
    ["a refit with a NaN", "invalid", refitted({ cluster: 1, vector: [Number.NaN, 0], absorbs: [2] })],
    ["a name for an unknown cluster", "invalid", { type: "renamed", cluster: 9, name: "x" }],
    ["a name without end", "invalid", { type: "renamed", cluster: 1, name: "x".repeat(201) }],
    ["a skip from elsewhere", "range", { type: "skipped", partition: 0, from: 3, to: 9, reason: "" }],
    [
      "a skip in a partition that nothing was counted of",
      "range",
      { type: "skipped", partition: 7, from: -1, to: 9, reason: "" },
    ],
    ["a skip backwards", "invalid", { type: "skipped", partition: 0, from: 4, to: 4, reason: "" }],
    ["a skip to NaN", "invalid", { type: "skipped", partition: 0, from: 4, to: Number.NaN, reason: "" }],
  ])("%s: %s", (_, why, body, head) => {
    const log = seededLog();
    expect(log.apply(delta(-1, 4))).toEqual(TAKEN);
    const before = structuredClone(log.state);
    expect(log.apply(body, head)).toEqual(refused(why));
    expect(log.state).toEqual({ ...before, version: before.version + 1, refused: new Map([[why, 1]]) });
  });

  it.each<[string, Refusal, EventBody]>([
    ["anything before the founding", "invalid", delta(0, 1)],
    ["a model of no width", "invalid", { ...founded, dimensions: 0 }],
    ["a model of NaN width", "invalid", { ...founded, dimensions: Number.NaN }],
    ["two half-lives", "invalid", { ...founded, halfLifeDocuments: 1, halfLifeMs: 1 }],
  ])("before there is a model: %s", (_, why, body) => {
    const log = createLog();
    const before = structuredClone(log.state);
    expect(log.apply(body)).toEqual(refused(why));
    expect(log.state).toEqual({ ...before, version: 0, refused: new Map([[why, 1]]) });
  });

  it.each<[string, Refusal, EventBody]>([
    ["a Delta before the seed", "invalid", delta(-1, 4)],
    ["a refit before the seed", "late", refitted({ cluster: 1, vector: [1, 0] })],
    ["a seed without centres", "invalid", seeded()],
    ["a seed of another width", "invalid", seeded([1, 2, 3])],
    [
      "a sample that goes back",
      "range",
      { type: "sampled", partition: 3, from: 1, to: 2, count: 0, vectors: new Float32Array() },
    ],
    [
      "a sample to NaN",
      "invalid",
      { type: "sampled", partition: 3, from: 5, to: Number.NaN, count: 0, vectors: new Float32Array() },
    ],
    [
      "a sample of another size",
      "invalid",
      { type: "sampled", partition: 3, from: 5, to: 6, count: 2, vectors: new Float32Array(2) },
    ],
  ])("before the seed: %s", (_, why, body) => {
    const log = createLog();
    log.apply(founded);
    log.apply({ type: "sampled", partition: 3, from: 2, to: 5, count: 1, vectors: Float32Array.of(1, 2) });
    const before = structuredClone(log.state);
    expect(log.apply(body)).toEqual(refused(why));
    expect(log.state).toEqual({ ...before, version: before.version + 1, refused: new Map([[why, 1]]) });
  });
});

describe("counting", () => {
  it("by hand: S, v, Σ‖x‖² and the count of each cluster", () => {
    const log = seededLog();
    const items = [
      { source: 3, documentId: "a", vector: Float32Array.of(2, 1) },
      { source: 5, documentId: "b", vector: Float32Array.of(0, 3) },
      { source: 6, documentId: "c", vector: null },
    ];
    const made = log.count(items, (index) => index + 1);
    const [one, two] = livingClusters(log.state);
    expect([...one!.sum, one!.weight, one!.sumSquares, one!.count]).toEqual([16 + 2, 1, 17, 16 + 5, 1]);
    expect([...two!.sum, two!.weight, two!.sumSquares, two!.count]).toEqual([0, 16 + 3, 17, 16 + 9, 1]);
    expect(log.state.documents).toBe(2);
    expect(log.state.partitions.get(0)).toMatchObject({
      applied: 6,
      ranges: [{ from: -1, to: 6, version: 2, sources: [4, 6, 7], clusters: [1, 2, 0] }],
    });
    // Appended twice (an acknowledgement was lost): the second one does not count.
    const before = structuredClone(log.state.clusters);
    expect(log.apply(made)).toEqual(refused("range"));
    expect(log.state.clusters).toEqual(before);
  });

  it("keeps partitions apart, and any first `from` of one", () => {
    const log = seededLog();
    expect(log.apply(delta(41, 42, { partition: 5 }))).toEqual(TAKEN);
    expect(log.apply(delta(-1, 42, { partition: 6 }))).toEqual(TAKEN);
    expect(log.apply(delta(42, 43, { partition: 5 }))).toEqual(TAKEN);
    expect(log.apply(delta(42, 43, { partition: 5 }))).toEqual(refused("range"));
  });

  it("forgets ranges once they are durable, also what is said of earlier ones", () => {
    const log = seededLog();
    log.apply(delta(-1, 4));
    log.apply(delta(4, 8, { done: -1 }));
    log.apply(delta(8, 9, { done: 4 }));
    const partition = log.state.partitions.get(0)!;
    expect(partition.ranges.map(({ to }) => to)).toEqual([8, 9]);
    log.apply(delta(9, 10, { done: 2 }));
    expect([partition.done, ...partition.ranges.map(({ to }) => to)]).toEqual([4, 8, 9, 10]);
  });

  it("goes on over a gap that a person skipped", () => {
    const log = seededLog();
    log.apply(delta(-1, 4));
    expect(log.apply({ type: "skipped", partition: 0, from: 4, to: 90, reason: "lost" }, { epoch: 99 })).toEqual(TAKEN);
    expect(log.apply(delta(90, 91))).toEqual(TAKEN);
    expect(log.state.partitions.get(0)!.skipped).toBe(86);
  });

  it("says where a reader goes on: before what is to be written again, after what is durable or skipped", () => {
    const log = seededLog();
    const resumed = (applied?: number) => resumeAfter(log.state, 0, applied);
    expect([resumed(), resumed(3)]).toEqual([undefined, 3]);
    log.apply(delta(-1, 4));
    log.apply(delta(4, 8));
    expect([resumed(), resumed(-1), resumed(4), resumed(8), resumed(11)]).toEqual([-1, -1, 4, 8, 11]);
    // Durable up to 4.
    log.apply(delta(8, 9, { done: 4 }));
    expect([resumed(), resumed(-1), resumed(4), resumed(6)]).toEqual([4, 4, 4, 6]);
    log.apply({ type: "skipped", partition: 0, from: 9, to: 90, reason: "lost" });
    expect([resumed(8), resumed(9), resumed(50), resumed(90)]).toEqual([8, 90, 90, 90]);
    log.apply(delta(90, 95));
    expect([resumed(9), resumed(92), resumed(95)]).toEqual([90, 92, 95]);
  });

  it("never counts less than nothing", () => {
    const log = seededLog();
    log.apply(delta(-1, 4, { touched: [{ ...touched, removed: 3 }] }));
    expect(log.state.clusters.get(1)!.count).toBe(0);
  });
});

describe("decay", () => {
  const x = [Float32Array.of(1, 2), Float32Array.of(-3, 1), Float32Array.of(0.5, 0)];
  const one = (source: number, vector: Float32Array): BatchItem[] => [{ source, documentId: `d${source}`, vector }];

  it("by documents: a document's share halves with each half-life of documents counted anywhere", () => {
    const log = seededLog({ halfLifeDocuments: 2 });
    log.count(one(0, x[0]!), () => 1);
    log.count(one(1, x[1]!), () => 2);
    log.count(one(2, x[2]!), () => 1);
    const cluster = log.state.clusters.get(1)!;
    // The clock stood at 0 at the seed, at 1, 2 and 3 after each document.
    const left = [2 ** -1.5, 2 ** -1, 1];
    expect(cluster.sum[0]).toBeCloseTo(16 * left[0]! + x[0]![0]! * left[1]! + x[2]![0]! * left[2]!, 12);
    expect(cluster.sum[1]).toBeCloseTo(0 * left[0]! + x[0]![1]! * left[1]!, 12);
    expect(cluster.weight).toBeCloseTo(16 * left[0]! + left[1]! + 1, 12);
    expect(cluster.count).toBe(2);
  });

  it("by time: with the time of the events, and never backwards", () => {
    const log = seededLog({ halfLifeMs: 1000 });
    log.count(one(0, x[0]!), () => 1, undefined, { atMs: 500 });
    log.count(one(1, x[1]!), () => 1, undefined, { atMs: 2000 });
    // A worker whose clock is behind.
    log.count(one(2, x[2]!), () => 1, undefined, { atMs: 100 });
    const cluster = log.state.clusters.get(1)!;
    expect(cluster.sum[0]).toBeCloseTo(16 * 2 ** -2 + 1 * 2 ** -1.5 - 3 + 0.5, 12);
    expect(log.state.clock).toBe(2000);
  });

  it("takes back just what is left of a document", () => {
    const log = seededLog({ halfLifeDocuments: 4 });
    log.count(one(0, x[0]!), () => 1);
    for (let n = 1; n < 8; n++) log.count(one(n, x[1]!), () => 2);
    const left = decayShare(log.state.founded!, log.state.clock - 1);
    const shares = new Map([["d0", { cluster: 1, vector: x[0]!, left }]]);
    log.count([{ source: 8, documentId: "d0", vector: null }], () => 0, shares);
    const { sum, weight, count } = log.state.clusters.get(1)!;
    expect(sum[0]).toBeCloseTo(16 * 2 ** -2, 6);
    expect(sum[1]).toBeCloseTo(0, 6);
    expect(weight).toBeCloseTo(16 * 2 ** -2, 12);
    expect(count).toBe(0);
  });
});

describe("a refit", () => {
  it("carries counts through retired clusters and their heirs, exactly", () => {
    const log = seededLog({}, [1, 0], [0, 1], [-1, 0]);
    const items = Array.from({ length: 9 }, (_, n) => ({
      source: n,
      documentId: `d${n}`,
      vector: Float32Array.of(n, 1),
    }));
    log.count(items, (index) => 1 + (index % 3));
    // 3 goes into 1; 2 stays; one is born.
    expect(
      log.apply(
        refitted(
          { cluster: 1, vector: [1, 1], absorbs: [3] },
          { cluster: 2, vector: [0, 2] },
          { cluster: 0, vector: [5, 5], weight: 7 },
        ),
      ),
    ).toEqual(TAKEN);
    const { state } = log;
    expect(livingClusters(state).map(({ id }) => id)).toEqual([1, 2, 4]);
    expect([1, 2, 3, 4].map((id) => state.clusters.get(id)!.count)).toEqual([3, 3, 3, 0]);
    expect(heirOf(state, 3)?.id).toBe(1);
    // S = v·c with the weight of what it inherits.
    expect(state.clusters.get(1)!.weight).toBe(2 * (16 + 3));
    expect([...state.clusters.get(1)!.sum]).toEqual([38, 38]);
    expect([...state.clusters.get(4)!.sum]).toEqual([35, 35]);
    expect(state.epoch).toBe(2);
    expect(state.structuredAt).toBe(state.version);
    // Documents of the retired one are edited and deleted: its count falls, its heir's sum changes.
    const share = (n: number, cluster: number): [string, OldShare] => [
      `d${n}`,
      { cluster, vector: items[n]!.vector, left: 1 },
    ];
    log.count(
      [
        { source: 20, documentId: "d2", vector: null },
        { source: 21, documentId: "d5", vector: Float32Array.of(1, 1) },
      ],
      () => 4,
      new Map([share(2, 3), share(5, 3)]),
    );
    expect([1, 2, 3, 4].map((id) => state.clusters.get(id)!.count)).toEqual([3, 3, 1, 1]);
    expect([...state.clusters.get(1)!.sum]).toEqual([38 - 2 - 5, 38 - 1 - 1]);
    expect(log.apply(delta(21, 22, { clusters: [3], touched: [{ ...touched, cluster: 3 }] }))).toEqual(
      refused("invalid"),
    );
    // Retired again, over two generations.
    log.apply(refitted({ cluster: 2, vector: [0, 1], absorbs: [1, 4] }));
    expect(heirOf(state, 3)?.id).toBe(2);
    expect([...state.clusters.values()].reduce((sum, { count }) => sum + count, 0)).toBe(8);
  });

  it("never gives an id twice, and only one of two proposals of an epoch counts", () => {
    const log = seededLog();
    const proposal = refitted({ cluster: 0, vector: [1, 0], absorbs: [1, 2] });
    const { epoch } = log.state;
    expect(log.apply(proposal, { epoch })).toEqual(TAKEN);
    expect(log.apply(proposal, { epoch })).toEqual(refused("epoch"));
    expect(livingClusters(log.state).map(({ id }) => id)).toEqual([3]);
  });

  it("gives a cluster that has nothing left the weight of its new centre", () => {
    const log = seededLog({ halfLifeDocuments: 1e-3 });
    log.count([{ source: 0, documentId: "a", vector: Float32Array.of(1, 0) }], () => 1);
    log.count([{ source: 1, documentId: "b", vector: Float32Array.of(1, 0) }], () => 1);
    log.apply(refitted({ cluster: 1, vector: [1, 0] }, { cluster: 2, vector: [0, 3], weight: 5 }));
    const { sum, weight, sumSquares } = log.state.clusters.get(2)!;
    expect([...sum, weight, sumSquares]).toEqual([0, 15, 5, 45]);
  });
});

it("a rename counts in any epoch, and is taken back by an empty name", () => {
  const log = seededLog();
  expect(log.apply({ type: "renamed", cluster: 2, name: "sport" }, { epoch: 9 })).toEqual(TAKEN);
  expect(log.state.clusters.get(2)!.name).toBe("sport");
  log.apply({ type: "renamed", cluster: 2, name: "" });
  expect(log.state.clusters.get(2)!.name).toBe("");
});
