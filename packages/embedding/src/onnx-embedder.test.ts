import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEmbedder, dot } from "./conformance.ts";
import type { Embedder } from "./port.ts";
import { realModel, referenceTexts } from "./real-model.ts";

const reference = referenceTexts();
const long = "The river bends where the old mill stands. ".repeat(200);
const agreement = {
  fp32: { reference: 0.9999, batch: 0.99999 },
  // The int8 scale is that of the whole batch, so a text's neighbours move its vector a little.
  int8: { reference: 0.975, batch: 0.95 },
};

for (const dtype of ["int8", "fp32"] as const) {
  const open = await realModel(dtype);
  if (open === undefined) {
    describe.skip(`the ${dtype} model`, () => it("is not there", () => {}));
    continue;
  }
  describeEmbedder({ name: `onnx ${dtype}`, create: open, batchCosine: agreement[dtype].batch });

  describe(`onnx ${dtype}`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(() => embedder.close());

    it("says what it is", () => {
      expect(embedder.info).toMatchObject({
        model: "Xenova/all-MiniLM-L6-v2",
        dimensions: 384,
        dtype,
        device: "cpu",
        maxTokens: 256,
        pooling: "mean",
      });
      expect(embedder.info.revision).toMatch(/^[0-9a-f]{12}$/);
    });

    it.skipIf(!reference)("gives the vectors of sentence-transformers", async () => {
      for (const { text, token_ids, embedding } of reference!) {
        const [alone] = await embedder.embed([text]);
        expect(alone!.tokens).toBe(token_ids.length);
        expect(dot(alone!.vector, Float32Array.from(embedding)), text.slice(0, 40)).toBeGreaterThanOrEqual(
          agreement[dtype].reference,
        );
      }
    });

    it.skipIf(!reference || dtype === "int8")("gives a text alone and in a batch the same to 1e-5", async () => {
      const texts = reference!.map(({ text }) => text);
      const together = await embedder.embed(texts);
      for (const [i, text] of texts.entries()) {
        const [alone] = await embedder.embed([text]);
        const apart = Math.max(...alone!.vector.map((value, at) => Math.abs(value - together[i]!.vector[at]!)));
        expect(apart, text.slice(0, 40)).toBeLessThan(1e-5);
      }
    });

    it("flags and counts what it cut", async () => {
      const [short, cut] = await embedder.embed(["a short text", long]);
      expect([short!.truncated, short!.tokens]).toEqual([false, 5]);
      expect([cut!.truncated, cut!.tokens]).toEqual([true, 256]);
    });

    it("stops what waits, and itself, on close", async () => {
      const other = await open();
      const calls = Array.from({ length: 6 }, () => other.embed([long]));
      const settled = Promise.allSettled(calls);
      await other.close();
      const statuses = (await settled).map(({ status }) => status);
      expect(statuses.slice(0, 2)).toEqual(["fulfilled", "fulfilled"]);
      expect(statuses.at(-1)).toBe("rejected");
    });
  });

  describe(`onnx ${dtype}, long texts in chunks`, () => {
    it("reads all of a text, and leaves short ones as they are", async () => {
      const [plain, chunks] = [await open(), (await realModel(dtype, { long: "chunks" }))!];
      const chunked = await chunks();
      const ending = `${"Rain fell on the quiet village all week. ".repeat(60)}${"Quarterly profits rose at the bank. ".repeat(60)}`;
      const ask = ["Quarterly profits rose at the bank.", "a short text", ending];
      const [bank, short, cut] = await plain.embed(ask);
      const [, sameShort, whole] = await chunked.embed(ask);
      expect(dot(short!.vector, sameShort!.vector)).toBeGreaterThan(agreement[dtype].batch);
      expect([whole!.truncated, whole!.tokens > 900]).toEqual([false, true]);
      expect(dot(whole!.vector, bank!.vector)).toBeGreaterThan(dot(cut!.vector, bank!.vector) + 0.1);
      await Promise.all([plain.close(), chunked.close()]);
    });
  });
}
