import { describe, expect, it } from "vitest";
import { createTokenizer } from "./words.ts";

/** Texts and tokens of Qdrant's own tests (full_text_index/tokenizers/mod.rs). */
describe("tokenizers", () => {
  it.each<[object, string, string[], string[]]>([
    [{}, "Hello, world! Привет, мир!", ["hello", "world", "привет", "мир"], ["hello", "world", "привет", "мир"]],
    [{ lowercase: false }, "Hello, World", ["Hello", "World"], ["Hello", "World"]],
    [{ tokenizer: "whitespace" }, "Hello,  world!", ["hello,", "world!"], ["hello,", "world!"]],
    [
      { tokenizer: "prefix", min_token_len: 1, max_token_len: 4 },
      "hello, мир!",
      ["h", "he", "hel", "hell", "м", "ми", "мир"],
      ["hell", "мир"],
    ],
    [{ tokenizer: "prefix", min_token_len: 3 }, "to hello", ["hel", "hell", "hello"], ["hello"]],
    [{ min_token_len: 2, max_token_len: 5 }, "a bc defghi 😀x", ["bc"], ["bc"]],
    [{ stopwords: { custom: ["The"] } }, "the theory", ["theory"], ["theory"]],
    [{ tokenizer: "prefix", stopwords: { custom: ["the"] } }, "the", [], ["the"]],
  ])("%j cut %j", (params, text, words, query) => {
    const tokenizer = createTokenizer(params as Record<string, unknown>);
    expect(tokenizer.ofText(text)).toEqual(words);
    expect(tokenizer.ofQuery(text)).toEqual(query);
  });

  it.each<object>([
    { tokenizer: "multilingual" },
    { stemmer: { type: "snowball", language: "english" } },
    { stopwords: "english" },
    { stopwords: { languages: ["english"] } },
    { ascii_folding: true },
  ])("%j is refused", (params) => {
    expect(() => createTokenizer(params as Record<string, unknown>)).toThrow(/is not served/);
  });
});
