import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultCacheDir } from "./create-embedder.ts";
import { findCached } from "./model-source/cache.ts";
import { DEFAULT_MODEL, folderName } from "./model-source/model-name.ts";
import { missing, realModel, referenceTexts } from "./real-model.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

const reference = referenceTexts();
const options = { maxTokens: 256, maxChunks: 1 };

async function realTokenizer(): Promise<Tokenizer | undefined> {
  if ((await realModel("int8")) === undefined) return undefined;
  const cached = await findCached(join(defaultCacheDir(), "models", folderName(DEFAULT_MODEL)), "int8");
  if (cached === undefined) return missing("no tokenizer in the cache");
  return createTokenizer({ tokenizer: JSON.parse(readFileSync(join(cached.folder, "tokenizer.json"), "utf8")) });
}
const tokenizer = await realTokenizer();

describe.skipIf(!tokenizer)("the tokenizer of the default model", () => {
  it.skipIf(!reference)("gives the ids of sentence-transformers", () => {
    for (const { text, token_ids } of reference!) {
      expect(tokenizer!.tokenize(text, options).sequences, text.slice(0, 40)).toEqual([token_ids]);
    }
  });

  it("gives a very long text the ids of the whole", () => {
    const samples = [
      "The river bends. ",
      "東京と大阪の間、",
      "antidisestablishmentarianism",
      "😀",
      "a-b/c.d,",
      "Ünïcödé wörds ",
    ];
    for (const sample of samples) {
      const text = sample.repeat(Math.ceil(60_000 / sample.length));
      // A limit that no text reaches takes the whole of it through the tokenizer at once.
      const [whole] = tokenizer!.tokenize(text, { maxTokens: 1_000_000, maxChunks: 1 }).sequences;
      const { sequences, truncated } = tokenizer!.tokenize(text, options);
      const expected = whole!.length <= 256 ? whole! : [...whole!.slice(0, 255), 102];
      expect(sequences, sample).toEqual([expected]);
      expect(truncated).toBe(whole!.length > 256);
    }
  });

  it("cuts a long text into chunks of nearly equal length, up to the most", () => {
    const text = "river ".repeat(600);
    const chunks = tokenizer!.tokenize(text, { maxTokens: 256, maxChunks: 8 });
    expect(chunks.sequences.map((sequence) => sequence.length)).toEqual([202, 202, 202]);
    expect(chunks.sequences.every((ids) => ids[0] === 101 && ids.at(-1) === 102)).toBe(true);
    expect(chunks.truncated).toBe(false);
    const capped = tokenizer!.tokenize(text, { maxTokens: 256, maxChunks: 2 });
    expect([capped.sequences.length, capped.truncated]).toEqual([2, true]);
  });
});
