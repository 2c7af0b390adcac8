import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventBody } from "./events.ts";
import { choice, createLog, delta, founded, seededLog } from "./fold-fixture.ts";
import type { BatchItem, OldShare } from "./mini-batch.ts";
import type { ModelState, Refusal } from "./state.ts";

const f32 = fc.float({ min: -4, max: 4, noNaN: true });
const vector = fc.tuple(f32, f32).map(([a, b]) => Float32Array.of(a, b));
const step = fc.record({
  document: fc.nat(9),
  vector: fc.option(vector, { nil: null, freq: 5 }),
  cluster: fc.integer({ min: 1, max: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const centres = [
  [1, 0],
  [0, 1],
  [-1, -1],
] as const;

/** Counts the steps in batches that end at `cuts`, as a worker does, which knows what each document gave before. */
function play(
  steps: readonly Step[],
  cuts: readonly boolean[],
  refitAfter?: number,
): {
  state: ModelState;
  present: Map<string, OldShare>;
} {
  const log = seededLog({}, ...centres);
  const present = new Map<string, OldShare>();
  let batch: (BatchItem & { cluster: number })[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    log.count(batch, (index) => batch[index]!.cluster, new Map(present));
    for (const { documentId, vector, cluster } of batch) {
      if (vector) present.set(documentId, { cluster, vector, left: 1 });
      else present.delete(documentId);
    }
    batch = [];
  };
  for (const [source, { document, vector, cluster }] of steps.entries()) {
    if (refitAfter === source) {
      flush();
      const clusters = [
        { cluster: 1, centre: { vector: Float32Array.of(1, 1), weight: 1 }, absorbs: [3] },
        { cluster: 2, centre: { vector: Float32Array.of(0, 1), weight: 1 }, absorbs: [] },
        { cluster: 0, centre: { vector: Float32Array.of(2, 2), weight: 3 }, absorbs: [] },
      ];
      log.apply({ type: "refitted", clusters, sampleSize: 64, choice });
    }
    const living = refitAfter !== undefined && source >= refitAfter && cluster === 3 ? 4 : cluster;
    batch.push({ source, documentId: `d${document}`, vector, cluster: living });
    if (cuts[source]) flush();
  }
  flush();
  return { state: log.state, present };
}

const steps = fc.array(step, { minLength: 1, maxLength: 60 });
const cuts = fc.array(fc.boolean(), { maxLength: 60 });

test("S is the prior and the sum over the documents that are left, whatever was edited and deleted", () => {
  fc.assert(
    fc.property(steps, cuts, (played, ends) => {
      const { state, present } = play(played, ends);
      for (const { id, sum, weight, count, sumSquares } of state.clusters.values()) {
        const own = [...present.values()].filter(({ cluster }) => cluster === id);
        const prior = centres[id - 1]!;
        expect(count).toBe(own.length);
        expect(weight).toBeCloseTo(16 + own.length, 9);
        for (const axis of [0, 1]) {
          const expected = own.reduce((total, { vector }) => total + vector[axis]!, 16 * prior[axis]!);
          // f32 rounding of each of at most 60 sums of at most 60 vectors of at most 4.
          expect(Math.abs(sum[axis]! - expected)).toBeLessThan(60 * 240 * 2 ** -24);
        }
        const squares = own.reduce(
          (total, { vector: [a, b] }) => total + a! * a! + b! * b!,
          16 * (prior[0] ** 2 + prior[1] ** 2),
        );
        expect(sumSquares).toBeCloseTo(squares, 6);
      }
    }),
  );
});

test("counts are exact through a refit, with retired clusters and their heirs", () => {
  fc.assert(
    fc.property(steps, cuts, fc.nat(59), (played, ends, refitAfter) => {
      const { state, present } = play(played, ends, refitAfter);
      for (const { id, count } of state.clusters.values())
        expect(count).toBe([...present.values()].filter(({ cluster }) => cluster === id).length);
    }),
  );
});

test("merging and splitting batches gives the same model to 1e-5", () => {
  fc.assert(
    fc.property(steps, cuts, cuts, (played, some, others) => {
      const [a, b] = [play(played, some).state, play(played, others).state];
      for (const [id, { sum, weight, count }] of a.clusters) {
        const other = b.clusters.get(id)!;
        expect(count).toBe(other.count);
        expect(weight).toBeCloseTo(other.weight, 9);
        for (const axis of [0, 1]) expect(Math.abs(sum[axis]! - other.sum[axis]!)).toBeLessThan(1e-3 / 16);
      }
      expect(a.partitions.get(0)!.applied).toBe(b.partitions.get(0)!.applied);
    }),
  );
});

const wild = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 6 }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.5, 1e300, 2 ** 53, -1e300),
);
const wildVector = fc
  .array(fc.oneof(f32, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)), { maxLength: 3 })
  .map((values) => Float32Array.from(values));
const goodVector = fc.oneof({ weight: 4, arbitrary: vector }, wildVector);
const list = fc.array(wild, { maxLength: 3 });
const centre = fc.record({ vector: goodVector, weight: wild });
const garbage: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ ...constants(founded), dimensions: wild, halfLifeDocuments: wild, halfLifeMs: wild }),
  fc.record({
    type: fc.constant("sampled" as const),
    partition: wild,
    from: wild,
    to: wild,
    count: wild,
    vectors: goodVector,
  }),
  fc.record({
    type: fc.constant("seeded" as const),
    centres: fc.array(centre, { maxLength: 3 }),
    sampleSize: wild,
    choice: fc.constant(choice),
  }),
  fc.record({
    type: fc.constant("delta" as const),
    partition: fc.integer({ min: 0, max: 1 }),
    from: wild,
    to: wild,
    done: wild,
    assignedWith: wild,
    sources: list,
    clusters: list,
    touched: fc.array(
      fc.record({ cluster: wild, added: wild, removed: wild, sum: goodVector, sumSquares: wild, removedWeight: wild }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant("refitted" as const),
    clusters: fc.array(fc.record({ cluster: wild, centre, absorbs: list }), { maxLength: 3 }),
    sampleSize: wild,
    choice: fc.constant(choice),
  }),
  fc.record({ type: fc.constant("renamed" as const), cluster: wild, name: fc.string() }),
  fc.record({
    type: fc.constant("skipped" as const),
    partition: fc.oneof(fc.constant(0), wild),
    from: fc.oneof(fc.constant(2), wild),
    to: wild,
    reason: fc.string(),
  }),
);

function constants<T extends object>(value: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fc.constant(part)])) as never;
}

test("no event throws; one that is refused changes the version and the counters alone; numbers stay finite", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.constantFrom<"empty" | "founded" | "seeded">("empty", "founded", "seeded"),
      fc.array(fc.record({ body: garbage, epoch: fc.integer({ min: 0, max: 2 }), atMs: wild }), { maxLength: 12 }),
      (start, events) => {
        const log = start === "seeded" ? seededLog({ halfLifeMs: 3 }) : createLog();
        if (start === "founded") log.apply(founded);
        if (start === "seeded") log.apply(delta(-1, 2));
        for (const { body, epoch, atMs } of events) {
          const before = structuredClone(log.state);
          const outcome = log.apply(body, { epoch, atMs });
          const key = `${body.type} ${outcome.taken ? "taken" : outcome.why}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
          if (outcome.taken) {
            for (const { applied = 0, done, sampled = 0 } of log.state.partitions.values())
              for (const value of [applied, done, sampled]) expect(Number.isSafeInteger(value)).toBe(true);
            expect(Number.isFinite(log.state.clock)).toBe(true);
          } else {
            const refused = new Map<Refusal, number>(before.refused);
            refused.set(outcome.why, (refused.get(outcome.why) ?? 0) + 1);
            expect(log.state).toEqual({ ...before, version: before.version + 1, refused });
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
  // The generator reaches both sides.
  for (const key of [
    "delta invalid",
    "delta range",
    "seeded taken",
    "renamed taken",
    "skipped taken",
    "sampled taken",
    "refitted invalid",
  ])
    expect(seen.get(key), key).toBeGreaterThan(0);
});
