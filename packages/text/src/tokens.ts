import { stopWords } from "./stop-words.ts";

/** Scripts that write no spaces between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const address = /\b(?:https?:\/\/|www\.)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}/gi;
const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)*/gu;
const contraction = /(?:n['’]t|['’](?:s|re|ve|ll|d|m))$/;

let segmenter: Intl.Segmenter | undefined;

/**
 * The words of a text, in order, lower-case: Unicode letters and digits; English contractions and possessives cut to
 * their stem (`don't` → `do`, `Britain's` → `britain`); addresses of web and mail left out. Text in scripts without
 * spaces is cut by Unicode's word segmentation. The text should be in NFC, as `clean` gives it.
 */
export function words(text: string): string[] {
  const plain = /@|:\/\/|www\./i.test(text) ? text.replace(address, " ") : text; // the short look saves a fifth of the time
  const lower = plain.toLowerCase();
  if (unspaced.test(lower)) {
    segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
    return Array.from(segmenter.segment(lower), (part) => (part.isWordLike ? part.segment : "")).filter(Boolean);
  }
  const found = lower.match(word) ?? [];
  return /['’]/.test(lower) ? found.map((token) => token.replace(contraction, "")) : found;
}

/** Fit to be a keyword: at least two characters, a letter among them, and no stop word. */
export function isContentWord(token: string): boolean {
  return token.length > 1 && !stopWords.has(token) && /\p{L}/u.test(token);
}
