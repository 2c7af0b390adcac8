/** What machines write: damaged, it is refused with an Error, and nothing else happens; whole, it is the same again. */

import { emptyState } from "@eddy/clustering/state";
import { decodeEmbedding, encodeEmbedding } from "@eddy/contracts/embedding";
import { decodeFloats, floatsOfBase64 } from "@eddy/contracts/vector-bytes";
import { decodeEvent, encodeEvent } from "@eddy/model/event-codec";
import { decodeState, encodeState } from "@eddy/model/state-codec";
import { keyLine, parseApiKeys } from "@eddy/runtime/api-keys";
import { chainLink, formatNote, parseNote } from "@eddy/streams/chain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzz, lineText, nearly } from "./fuzz.ts";

const event = { type: "renamed", worker: "w", sequence: 1, atMs: 5, epoch: 0, cluster: 3, name: "a" } as const;
const embedding = {
  document: {
    document_id: "a",
    revision: "0:1",
    text: "t",
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
  test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
    ["an embedding", encodeEmbedding(embedding), decodeEmbedding],
    ["an event of the model", encodeEvent(event), decodeEvent],
    ["a snapshot", encodeState(emptyState()), decodeState],
  ])("%s that is damaged is read or refused", (_, bytes, decode) =>
    fuzz(
      nearly(fc.constant(bytes)),
      (given) => {
        try {
          decode(given);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      },
      1_000,
    ),
  );

  test("what is whole is the same again", () => {
    expect(decodeEmbedding(encodeEmbedding(embedding))).toEqual(embedding);
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
    expect(encodeState(decodeState(encodeState(emptyState())))).toEqual(encodeState(emptyState()));
  });

  test("vectors of any bytes or text: numbers, or refused", () =>
    fuzz(fc.tuple(fc.uint8Array(), fc.string()), ([bytes, text]) => {
      for (const run of [() => decodeFloats(bytes), () => floatsOfBase64(text)]) {
        try {
          expect(run()).toBeInstanceOf(Float32Array);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).name).not.toBe("AssertionError");
        }
      }
    }));
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
