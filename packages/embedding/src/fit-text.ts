/**
 * Tokenising the start of a long text, with the same result as the whole of it would give.
 *
 * F1. A cut disturbs only the word that it falls into. WordPiece makes at most 100 tokens of the rest of a word (a longer
 *     one is a single unknown token), so all tokens but the last `SLACK` of a cut text are those of the whole text.
 * F2. Other tokenizers (Unigram, BPE) work word by word too, so the cut falls before white space where some is near.
 *     In a script without spaces their choice depends on what is a few tokens away; `SLACK` is far more.
 * F3. A cut never parts a surrogate pair.
 */
const SLACK = 128;
/** English has four to five characters a token; more than the text needs costs less than a second try. */
const CHARACTERS_PER_TOKEN = 8;
const GROWTH = 4;
const SPACE_WITHIN = 1024;

export interface FittedTokens {
  /** At most `limit` ids, without special tokens. */
  readonly ids: readonly number[];
  /** The text has more. */
  readonly cut: boolean;
}

/** @param encode ids of a text, without special tokens */
export function fitText(text: string, limit: number, encode: (text: string) => readonly number[]): FittedTokens {
  const needed = limit + SLACK;
  for (let length = needed * CHARACTERS_PER_TOKEN; length < text.length; length *= GROWTH) {
    const ids = encode(text.slice(0, cutAt(text, length)));
    if (ids.length > needed) return { ids: ids.slice(0, limit), cut: true };
  }
  const ids = encode(text);
  return ids.length > limit ? { ids: ids.slice(0, limit), cut: true } : { ids, cut: false };
}

function cutAt(text: string, from: number): number {
  const end = Math.min(text.length, from + SPACE_WITHIN);
  for (let at = from; at < end; at++) {
    if (isSpace(text.charCodeAt(at))) return at;
  }
  const before = text.charCodeAt(from - 1);
  return before >= 0xd800 && before <= 0xdbff ? from + 1 : from;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
