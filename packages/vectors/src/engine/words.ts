const WORD = /[\p{Alphabetic}\p{N}]+/gu;

/** Lower-cased runs of letters and digits: Qdrant's `word` tokenizer. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
