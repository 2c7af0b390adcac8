import { badFormat, isObject, notServed } from "./refusal.ts";

/** How a text index cuts texts, and what is looked for in them, into words: as Qdrant's tokenizers of the same names. */
export interface Tokenizer {
  ofText(text: string): string[];
  ofQuery(text: string): string[];
  /** What each word of the text is a part of. */
  fold(text: string): string;
}

const WORD = /[\p{Alphabetic}\p{N}]+/gu;
const RUN = /\S+/gu;

/** Of a text index's parameters: lower-cased runs of letters and digits where they say nothing else. */
export function createTokenizer(params: Readonly<Record<string, unknown>> = {}): Tokenizer {
  const { tokenizer = "word", lowercase, min_token_len, max_token_len, stopwords, stemmer, ascii_folding } = params;
  if (stemmer !== undefined && stemmer !== null) throw notServed("a text index's `stemmer`");
  if (ascii_folding === true) throw notServed("a text index's `ascii_folding`");
  if (tokenizer === "multilingual") throw notServed("the tokenizer `multilingual`");
  if (tokenizer !== "word" && tokenizer !== "whitespace" && tokenizer !== "prefix")
    throw badFormat("data did not match any variant of untagged enum PayloadFieldSchema");
  const [least, most] = [lengthOf(min_token_len, 0), lengthOf(max_token_len, Number.POSITIVE_INFINITY)];
  const fold = lowercase === false ? (text: string) => text : (text: string) => text.toLowerCase();
  const unwanted = new Set(customStopwords(stopwords).map(fold));
  const cut = (text: string) => fold(text).match(tokenizer === "whitespace" ? RUN : WORD) ?? [];
  // lengths are in characters, not in UTF-16 units
  const length = (word: string) => (/[\ud800-\udfff]/.test(word) ? [...word].length : word.length);
  const wanted = (text: string) => cut(text).filter((word) => !unwanted.has(word) && length(word) >= least);

  if (tokenizer !== "prefix") {
    const words = (text: string) => wanted(text).filter((word) => length(word) <= most);
    return { fold, ofText: words, ofQuery: words };
  }
  return {
    fold,
    ofText: (text) =>
      wanted(text).flatMap((word) => {
        const characters = [...word];
        const longest = Math.min(characters.length, most);
        const shortest = Math.max(least, 1);
        return Array.from({ length: longest - shortest + 1 }, (_, i) => characters.slice(0, shortest + i).join(""));
      }),
    ofQuery: (text) =>
      cut(text)
        .filter((word) => length(word) >= least)
        .map((word) => [...word].slice(0, most).join("")),
  };
}

function lengthOf(value: unknown, none: number): number {
  return Number.isInteger(value) && (value as number) >= 0 ? (value as number) : none;
}

/** A list of one's own; those of a language are not served. */
function customStopwords(stopwords: unknown): string[] {
  if (stopwords === undefined || stopwords === null) return [];
  const { custom, languages } = isObject(stopwords) ? stopwords : { custom: [], languages: [stopwords] };
  if (Array.isArray(languages) && languages.length > 0) throw notServed("a language's `stopwords`");
  return Array.isArray(custom) ? custom.map(String) : [];
}
