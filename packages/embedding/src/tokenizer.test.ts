import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultCacheDir } from "./create-embedder.ts";
import { findCached } from "./model-source/cache.ts";
import { DEFAULT_MODEL, folderName } from "./model-source/model-name.ts";
import { missing, realModel, referenceTexts } from "./real-model.ts";
import { createTokenizer, type Tokenizer } from "./tokenizer.ts";

const reference = referenceTexts();
const options = { maxTokens: 256, maxChunks: 1 };

async function realTokenizers(): Promise<{ remembering: Tokenizer; plain: Tokenizer } | undefined> {
  if ((await realModel("int8")) === undefined) return undefined;
  const cached = await findCached(join(defaultCacheDir(), "models", folderName(DEFAULT_MODEL)), "int8");
  if (cached === undefined) return missing("no tokenizer in the cache");
  const file = JSON.parse(readFileSync(join(cached.folder, "tokenizer.json"), "utf8"));
  // The same in other words, which `rememberWords` does not know.
  const plain = { ...file, pre_tokenizer: { type: "Sequence", pretokenizers: [file.pre_tokenizer] } };
  return { remembering: createTokenizer({ tokenizer: file }), plain: createTokenizer({ tokenizer: plain }) };
}
const tokenizers = await realTokenizers();
const tokenizer = tokenizers?.remembering;

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

  it("gives by remembered words what the whole text gives", () => {
    const { remembering, plain } = tokenizers!;
    const all = { maxTokens: 1_000_000, maxChunks: 1 };
    const word = fc.oneof(
      fc.constantFrom(
        "the",
        "The",
        "[CLS]",
        "[MASK]x",
        "naïve",
        "e\u0301",
        "\u0301",
        "東京",
        "ΣΑΣ",
        "İ",
        "don't",
        "\u00a0",
        "\u200b",
        "\0",
        "\ufeff",
        "\ufffd",
        "\u2028",
        "\u000b",
        "\u3000",
        "\ud83d",
      ),
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ unit: "grapheme-ascii", minLength: 90, maxLength: 120 }),
    );
    const gap = fc.constantFrom("", " ", "  ", "\n", "\r\n", "\t", " \u0301");
    const text = fc.array(fc.tuple(word, gap), { maxLength: 12 }).map((parts) => parts.flat().join(""));
    fc.assert(
      fc.property(text, (sample) => {
        expect(remembering.tokenize(sample, all)).toEqual(plain.tokenize(sample, all));
      }),
      { numRuns: 500 },
    );
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
