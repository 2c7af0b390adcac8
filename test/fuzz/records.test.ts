/** What machines write: damaged, it is refused with a code, and nothing else happens; whole, it is the same again. */

import type { ModelEvent } from "@eddy/clustering/events";
import { applyEvent } from "@eddy/clustering/fold";
import { emptyState, type ModelState } from "@eddy/clustering/state";
import { decodeEmbedding, encodeEmbedding } from "@eddy/contracts/embedding";
import { rejectCodes } from "@eddy/contracts/errors";
import { decodeFloats, floatsOfBase64 } from "@eddy/contracts/vector-bytes";
import { createCheckStage } from "@eddy/ingest/stages/check";
import { decodeEvent, encodeEvent } from "@eddy/model/event-codec";
import { decodeState, encodeState } from "@eddy/model/state-codec";
import { keyLine, parseApiKeys } from "@eddy/runtime/api-keys";
import { chainLink, formatNote, parseNote } from "@eddy/streams/chain";
import { deadLetterNote, toDeadLetter, travellingHeaders } from "@eddy/streams/dead-letter";
import { lz4, snappy, zstd } from "@eddy/streams/kafka/kafka-codecs";
import { toRecords } from "@eddy/streams/kafka/kafka-records";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzz, jsonText, lineText, nearly, orFault, recordHeaders } from "./fuzz.ts";

const head = { worker: "w", sequence: 1, atMs: 5, epoch: 0 };
const choice = { automatic: true, chosen: 1, score: 0.5, runnerUp: 2, runnerUpScore: 0.1, clear: true };
const founding: ModelEvent = {
  ...{ ...head, type: "founded", uuid: "u", metric: "spherical", dimensions: 2, model: "m", modelRevision: "r" },
  ...{ halfLifeDocuments: 0, halfLifeMs: 0 },
};
const seeding: ModelEvent = {
  ...{ ...head, type: "seeded", sampleSize: 2, choice },
  centres: [{ vector: Float32Array.of(1, 0), weight: 16 }],
};
/** One of each kind, as the log of a small model has them. */
const events: readonly ModelEvent[] = [
  founding,
  { ...head, type: "sampled", partition: 0, from: -1, to: 1, count: 1, vectors: Float32Array.of(1, 0) },
  seeding,
  {
    ...{ ...head, epoch: 1, type: "delta", partition: 0, from: -1, to: 3, done: -1, assignedWith: 2 },
    ...{ sources: [1, 4], clusters: [1, 1] },
    touched: [{ cluster: 1, added: 2, removed: 0, sum: Float32Array.of(1, 1), sumSquares: 2, removedWeight: 0 }],
  },
  {
    ...{ ...head, epoch: 1, type: "refitted", sampleSize: 2, choice },
    clusters: [{ cluster: 0, centre: { vector: Float32Array.of(0, 1), weight: 1 }, absorbs: [1] }],
  },
  { ...head, type: "renamed", cluster: 1, name: "a" },
  { ...head, type: "skipped", partition: 0, from: 3, to: 5, reason: "a disk was lost" },
];

function folded(log: readonly ModelEvent[]): ModelState {
  const state = emptyState();
  for (const [offset, event] of log.entries()) applyEvent(state, offset, event);
  return state;
}

const embedding = {
  document: {
    document_id: "a",
    revision: "0:1",
    text: "t",
    title: "T",
    source: "s",
    published_at: "2026-11-22T00:00:00.000Z",
    label: "l",
    received_at: "2026-11-23T00:00:00.000Z",
    metadata: { a: [1] },
  },
  model: "m",
  modelRevision: "r",
  vector: Float32Array.of(1, 2),
  tokens: 3,
  truncated: false,
};

describe("protobuf", () => {
  const DAMAGED = ["RECORD_DAMAGED", "FORMAT_UNKNOWN", "EVENT_UNKNOWN"];

  test("an embedding that is damaged is read as one, or refused with a code", () =>
    fuzz(
      nearly(fc.constant(encodeEmbedding(embedding))),
      async (given) => {
        const read = await orFault(DAMAGED, () => decodeEmbedding(given));
        // What was read can be written again.
        if (read) expect(decodeEmbedding(encodeEmbedding(read))).toEqual(read);
      },
      2_000,
    ));

  test.each(events.map((event, at) => [event.type, at] as const))(
    "an event of the model that is damaged, %s, is folded, or refused with a code",
    (_, at) =>
      fuzz(
        nearly(fc.constant(encodeEvent(events[at]!))),
        async (given) => {
          const event = await orFault(DAMAGED, () => decodeEvent(given));
          if (event === undefined) return;
          const state = folded(events.slice(0, at));
          applyEvent(state, at, event);
          // The model goes on from there, and through a snapshot.
          applyEvent(state, at + 1, events[3]!);
          expect(encodeState(decodeState(encodeState(state)))).toEqual(encodeState(state));
        },
        500,
      ),
  );

  test("a snapshot that is damaged is read, or refused with a code", () =>
    fuzz(
      nearly(fc.constant(encodeState(folded(events)))),
      async (given) => {
        const state = await orFault(DAMAGED, () => decodeState(given));
        if (state) encodeState(state);
      },
      2_000,
    ));

  test("what is whole is the same again", () => {
    expect(decodeEmbedding(encodeEmbedding(embedding))).toEqual(embedding);
    for (const event of events) expect(decodeEvent(encodeEvent(event))).toEqual(event);
    const state = folded(events);
    expect(state.refused.size).toBe(0);
    expect(encodeState(decodeState(encodeState(state)))).toEqual(encodeState(state));
  });

  test("vectors of any bytes or text: numbers, or bytes that are no whole number of them", () =>
    fuzz(fc.tuple(fc.uint8Array(), fc.string()), ([bytes, text]) => {
      for (const run of [() => decodeFloats(bytes), () => floatsOfBase64(text)]) {
        try {
          expect(run()).toBeInstanceOf(Float32Array);
        } catch (error) {
          expect(String(error)).toMatch(/^RangeError: \d+ bytes are no f32 vector$/);
        }
      }
    }));
});

describe("what Kafka brings", () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 40 }).map((given) => Buffer.from(given)));
  const message = fc.record({
    offset: fc.nat(100).map(String),
    timestamp: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    key: bytes,
    value: fc.oneof(bytes, nearly(jsonText)),
    headers: recordHeaders.map((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
    ),
  });
  const stage = createCheckStage({ maxBytes: 10_000, dimensions: 2 });

  test("any key, value, headers and time: ingest takes it, or refuses it with a code", () =>
    fuzz(
      fc.array(message, { maxLength: 4 }),
      async (messages) => {
        const { records } = toRecords({ messages }, 0);
        expect(records.length).toBe(messages.length);
        const inputs = records.map((record) => ({ partition: 0, record }));
        const outcomes = await stage(inputs, { signal: new AbortController().signal });
        for (const [at, outcome] of outcomes.entries()) {
          const record = records[at]!;
          chainLink(record.headers);
          expect(Object.keys(travellingHeaders(record.headers)).every((name) => name in record.headers)).toBe(true);
          if (outcome.kind === "ok") expect(JSON.stringify(outcome.output)).toContain("documentId");
          if (outcome.kind !== "deadLetter") continue;
          expect(rejectCodes).toHaveProperty(outcome.reject.code);
          const letter = toDeadLetter(record, outcome.reject, { topic: "t", partition: 0, stage: "s", task: "0" });
          expect(deadLetterNote(letter.headers)).toMatchObject({ topic: "t", code: outcome.reject.code });
        }
      },
      1_000,
    ));

  test.each([
    ["lz4", lz4],
    ["snappy", snappy],
    ["zstd", zstd],
  ] as const)("a batch in %s that is damaged is unpacked, or refused with a code", async (_, codec) => {
    const whole = await codec.compress({ buffer: Buffer.from("some words, some words, some words") });
    await fuzz(nearly(fc.constant(whole)), (given) => orFault(["RECORD_DAMAGED"], () => codec.decompress(given)), 300);
  });
});

describe("the chain", () => {
  const number = fc.integer({ min: -1, max: 2 ** 45 });
  const map = fc.array(fc.tuple(fc.nat(1_000), number), { maxLength: 20 }).map((pairs) => new Map(pairs));

  test("a stamp is read or is none", () =>
    fuzz(
      fc.record({ "eddy-origin": fc.string(), "eddy-source": fc.string(), "eddy-previous": fc.string() }),
      (headers) => {
        const link = chainLink(headers);
        for (const part of Object.values(link ?? {})) expect(Number.isInteger(part)).toBe(true);
      },
    ));

  test("a note of a commit is the same again", () =>
    fuzz(fc.tuple(map, map), ([applied, previous]) => {
      expect(parseNote(formatNote({ applied, previous }))).toEqual({ applied, previous });
    }));

  test("a note that is none is none, in no time", () =>
    fuzz(
      nearly(
        fc.oneof(
          lineText,
          fc.constant("1;a=0:41,3:7;p=0:41;g=3:9;t=2:64:900"),
          fc.constant(`1;a=${"0:1,".repeat(2_000)}`),
        ),
      ),
      (bytes) => {
        const note = parseNote(bytes.toString("latin1"));
        if (!note) return;
        // No gaps are written as no gaps.
        const { gaps, ...rest } = note;
        expect(parseNote(formatNote(note))).toEqual(gaps && gaps.size > 0 ? note : rest);
      },
    ));
});

test("a file of API keys: keys, or an error that quotes none of it", () => {
  const line = keyLine("wire", ["read"], "k");
  return fuzz(nearly(fc.oneof(lineText, fc.constant(`${line}\n`))), (bytes) => {
    const text = bytes.toString("latin1");
    try {
      expect(Array.isArray(parseApiKeys(text))).toBe(true);
    } catch (error) {
      expect((error as Error).message).toMatch(
        /^line \d+: (expected NAME|a name has|a scope is|the hash is|there is a key named)/,
      );
    }
  });
});
