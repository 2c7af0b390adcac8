import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ModelEvent } from "@eddy/clustering/events";
import { applyEvent } from "@eddy/clustering/fold";
import { emptyState } from "@eddy/clustering/state";
import { ModelEventSchema } from "@eddy/contracts/gen/eddy/v1/model_log_pb";
import { ModelSnapshotSchema } from "@eddy/contracts/gen/eddy/v1/snapshot_pb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEvent, encodeEvent } from "./event-codec.ts";
import { decodeState, encodeState } from "./state-codec.ts";

const offset = fc.integer({ min: -1, max: 2 ** 50 });
const uint = fc.nat(2 ** 31);
// −0 comes back as 0 where it stands alone (in vectors it is kept): no value of the state is ever −0.
const number = fc.double({ noNaN: true }).map((value) => value + 0);
const vector = fc.float32Array({ maxLength: 4, noNaN: true });
const choice = fc.record({
  automatic: fc.boolean(),
  chosen: uint,
  score: number,
  runnerUp: uint,
  runnerUpScore: number,
  clear: fc.boolean(),
});
const centre = fc.record({ vector, weight: number });
const text = fc.string({ unit: "grapheme" });
const head = { worker: fc.uuid(), sequence: uint, atMs: number, epoch: uint };
const type = <T extends string>(name: T) => fc.constant(name);
const event: fc.Arbitrary<ModelEvent> = fc.oneof(
  fc.record({
    ...head,
    type: type("founded"),
    uuid: text,
    metric: fc.constantFrom("spherical" as const, "euclidean" as const),
    dimensions: uint,
    model: text,
    modelRevision: text,
    halfLifeDocuments: number,
    halfLifeMs: number,
  }),
  fc.record({
    ...head,
    type: type("sampled"),
    partition: uint,
    from: offset,
    to: offset,
    count: uint,
    vectors: vector,
  }),
  fc.record({ ...head, type: type("seeded"), centres: fc.array(centre), sampleSize: uint, choice }),
  fc.record({
    ...head,
    type: type("delta"),
    partition: uint,
    from: offset,
    to: offset,
    done: offset,
    assignedWith: offset,
    sources: fc.array(uint),
    clusters: fc.array(uint),
    touched: fc.array(
      fc.record({ cluster: uint, added: uint, removed: uint, sum: vector, sumSquares: number, removedWeight: number }),
    ),
  }),
  fc.record({
    ...head,
    type: type("refitted"),
    clusters: fc.array(fc.record({ cluster: uint, centre, absorbs: fc.array(uint) })),
    sampleSize: uint,
    choice,
  }),
  fc.record({ ...head, type: type("renamed"), cluster: uint, name: text }),
  fc.record({ ...head, type: type("skipped"), partition: uint, from: offset, to: offset, reason: text }),
);

test("an event comes back as it was", () => {
  fc.assert(
    fc.property(event, (given) => {
      expect(decodeEvent(encodeEvent(given))).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["FORMAT_UNKNOWN", { format: 2, event: { case: "renamed" as const, value: { cluster: 1, name: "x" } } }],
  ["EVENT_UNKNOWN", { format: 1 }],
])("%s: what this version can't fold is refused", (code, message) => {
  const bytes = toBinary(ModelEventSchema, create(ModelEventSchema, message as object));
  expect(() => decodeEvent(bytes)).toThrow(expect.objectContaining({ name: "FatalError", code }));
});

/** A log of all that a pipeline meets: a seed, batches, a refit, more batches, refusals. */
function eventsOf(random: readonly number[]): ModelEvent[] {
  const at = (index: number) => random[index % random.length]!;
  const head = (n: number) => ({ worker: "w", sequence: n, atMs: n * 10, epoch: n < 3 ? 0 : n < 12 ? 1 : 2 });
  const k = { automatic: true, chosen: 2, score: 0.5, runnerUp: 3, runnerUpScore: 0.25, clear: true };
  const vectors = Float32Array.of(at(0), at(1), at(2), at(3));
  const refit = {
    clusters: [{ cluster: 0, centre: { vector: vectors.slice(0, 2), weight: 3 }, absorbs: [1, 2] }],
    sampleSize: 64,
    choice: k,
  };
  return Array.from({ length: 20 }, (_, n): ModelEvent => {
    if (n === 0)
      return {
        ...head(0),
        type: "founded",
        uuid: "u",
        metric: "spherical",
        dimensions: 2,
        model: "m",
        modelRevision: "r",
        halfLifeDocuments: 3.7,
        halfLifeMs: 0,
      };
    if (n === 1) return { ...head(1), type: "sampled", partition: 0, from: -1, to: 4, count: 2, vectors };
    if (n === 2)
      return {
        ...head(2),
        type: "seeded",
        centres: [0, 2].map((row) => ({ vector: vectors.slice(row, row + 2), weight: 16 })),
        sampleSize: 2,
        choice: k,
      };
    if (n === 11) return { ...head(11), type: "refitted", ...refit };
    if (n === 15) return { ...head(15), type: "renamed", cluster: 3, name: "новости" };
    const cluster = n < 11 ? 1 + (n % 2) : 3;
    return {
      ...head(n),
      type: "delta",
      partition: n % 3,
      from: n - 3,
      to: n,
      done: n - 6,
      assignedWith: n - 1,
      sources: [1, 3],
      clusters: [0, cluster],
      touched: [
        {
          cluster,
          added: 1,
          removed: 0,
          sum: Float32Array.of(at(n), at(n + 1)),
          sumSquares: at(n) ** 2,
          removedWeight: 0,
        },
      ],
    };
  });
}

const randoms = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 30 });

test("the same log gives the same bytes, and a state that went through a snapshot anywhere goes on to the same", () => {
  fc.assert(
    fc.property(randoms, fc.nat(19), (random, cut) => {
      const log = eventsOf(random).map(encodeEvent);
      const states = [emptyState(), emptyState(), emptyState()];
      let taken = 0;
      for (const [version, bytes] of log.entries()) {
        for (const state of states) if (applyEvent(state, version, decodeEvent(bytes)).taken) taken += 1;
        if (version === cut) states[1] = decodeState(encodeState(states[1]!));
        states[2] = decodeState(encodeState(states[2]!));
        const [plain, ...others] = states.map((state) => Buffer.from(encodeState(state)).toString("base64"));
        expect(others).toEqual([plain, plain]);
      }
      expect(taken).toBeGreaterThan(3 * 10);
    }),
  );
});

test("a snapshot of an unknown format is refused", () => {
  const message = fromBinary(ModelSnapshotSchema, encodeState(emptyState()));
  message.format = 2;
  expect(() => decodeState(toBinary(ModelSnapshotSchema, message))).toThrow(
    expect.objectContaining({ name: "FatalError", code: "FORMAT_UNKNOWN" }),
  );
});
