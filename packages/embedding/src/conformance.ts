import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embedder } from "./port.ts";

export interface EmbedderCase {
  readonly name: string;
  readonly create: () => Promise<Embedder>;
  /** Least cosine of a text alone and in a batch; 1 less rounding, but for int8, whose scale is that of the batch. */
  readonly batchCosine: number;
}

const texts = [
  "The shuttle will dock with the station on Thursday.",
  "",
  "a",
  "😀 emoji 🚀 and\ttabs\nand\r\nlines",
  "naïve café — Zürich, 東京, Москва, العربية",
  "lone surrogates \ud83d and \ude00, a NUL \u0000, a BOM \ufeff, zero\u200bwidth",
  "e\u0301".repeat(50),
  "[CLS] [SEP] [PAD] <s> </s> special words as text",
  "   \n\t  ",
  "word ".repeat(900),
];

/** What every embedder holds to; run by each adapter's test. */
export function describeEmbedder({ name, create, batchCosine }: EmbedderCase): void {
  describe(`embedder: ${name}`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await create();
    }, 300_000);
    afterAll(() => embedder?.close());

    it("gives one finite unit vector a text, of the stated width", async () => {
      const results = await embedder.embed(texts);
      expect(results).toHaveLength(texts.length);
      for (const { vector, tokens } of results) {
        expect(vector).toHaveLength(embedder.info.dimensions);
        expect(Math.abs(dot(vector, vector) - 1)).toBeLessThan(1e-5);
        expect(tokens).toBeLessThanOrEqual(embedder.info.maxTokens);
      }
    });

    it("takes an empty list", async () => {
      expect(await embedder.embed([])).toEqual([]);
    });

    it("gives the same for the same call", async () => {
      const [first, second] = [await embedder.embed(texts), await embedder.embed(texts)];
      expect(second).toEqual(first);
    });

    it("keeps the order, and gives a text alone what it gives in a batch", async () => {
      const together = await embedder.embed(texts);
      for (const [i, text] of texts.entries()) {
        const [alone] = await embedder.embed([text]);
        expect(dot(alone!.vector, together[i]!.vector), JSON.stringify(text.slice(0, 40))).toBeGreaterThan(batchCosine);
        expect([alone!.tokens, alone!.truncated]).toEqual([together[i]!.tokens, together[i]!.truncated]);
      }
    });

    it("answers each of many calls at once with its own texts", async () => {
      const together = await embedder.embed(texts);
      const calls = Array.from({ length: 40 }, (_, i) => texts.slice(i % 7, (i % 7) + 1 + (i % 3)));
      const answers = await Promise.all(calls.map((call) => embedder.embed(call)));
      answers.forEach((answer, i) => {
        expect(answer).toHaveLength(calls[i]!.length);
        answer.forEach(({ vector }, row) => {
          expect(dot(vector, together[texts.indexOf(calls[i]![row]!)]!.vector)).toBeGreaterThan(batchCosine);
        });
      });
    });

    it("leaves a call whose signal is aborted, and serves the others", async () => {
      const reason = new Error("no longer needed");
      const aborted = AbortSignal.abort(reason);
      await expect(embedder.embed(texts, { signal: aborted })).rejects.toBe(reason);
      expect(await embedder.embed(["still here"])).toHaveLength(1);
    });

    it("refuses after close", async () => {
      const other = await create();
      await other.close();
      await expect(other.embed(["late"])).rejects.toMatchObject({ code: "INTERNAL" });
    });
  });
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
