import { isContentWord, words } from "./tokens.ts";

export interface Keyword {
  /** One word, or two that mostly stand together. */
  readonly word: string;
  /** The class-based TF-IDF weight; greater = more telling. Comparable within one call. */
  readonly score: number;
}

/** Only the beginning of a text counts, so that one long document doesn't speak for its cluster. Characters. */
const readLimit = 2_000;
/** A pair of words is a keyword if it occurs this often … */
const pairOccurrences = 3;
/** … and makes up this share of one of its words' occurrences, which then gives way to the pair. */
const pairShare = 0.6;

type Counts = Map<string, number>;

/**
 * The words that tell each cluster from the others, by class-based TF-IDF: the sample of a cluster is one long document,
 * `W(t, c) = tf(t, c) / |c| · log(1 + A / f(t))` with f(t) the occurrences of t in all clusters and A the mean number of words in a
 * cluster (Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure", arXiv:2203.05794, 2022).
 *
 * Never blank where a cluster's sample has a character that is not white space: without content words it takes all
 * words, without words the runs between spaces. Give at most some hundred texts a cluster; order does not matter
 * but between words of equal score, which are in code-unit order.
 */
export function clusterKeywords<Id>(
  samples: ReadonlyMap<Id, readonly string[]>,
  options: { readonly top: number },
): Map<Id, Keyword[]> {
  const counted = new Map<Id, Counts>();
  for (const [id, texts] of samples) counted.set(id, countTerms(texts.map((text) => text.slice(0, readLimit))));

  const everywhere: Counts = new Map();
  let all = 0;
  for (const counts of counted.values()) {
    for (const [term, n] of counts) {
      everywhere.set(term, (everywhere.get(term) ?? 0) + n);
      all += n;
    }
  }
  const mean = all / Math.max(1, counted.size);
  const keywords = new Map<Id, Keyword[]>();
  for (const [id, counts] of counted) {
    let size = 0;
    for (const n of counts.values()) size += n;
    const scored = Array.from(counts, ([term, n]) => ({
      word: term,
      score: (n / size) * Math.log(1 + mean / everywhere.get(term)!),
    }));
    scored.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1));
    keywords.set(id, scored.slice(0, options.top));
  }
  return keywords;
}

/** Occurrences of each candidate in one cluster: content words and their pairs, or else whatever there is. */
function countTerms(texts: readonly string[]): Counts {
  const tokens = texts.map(words);
  const any = count(tokens);
  const single: Counts = new Map();
  for (const [token, n] of any) if (isContentWord(token)) single.set(token, n);
  if (single.size > 0) return withPairs(single, tokens);
  return any.size > 0 ? any : count(texts.map((text) => text.split(/\s+/).filter(Boolean)));
}

function count(lists: readonly (readonly string[])[]): Counts {
  const counts: Counts = new Map();
  for (const list of lists) for (const token of list) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** Puts pairs in the place of words that occur mostly within them: `prime minister`, `hong kong`. */
function withPairs(single: Counts, tokens: readonly (readonly string[])[]): Counts {
  const often = (token: string) => (single.get(token) ?? 0) >= pairOccurrences;
  const pairs: Counts = new Map();
  for (const list of tokens) {
    for (let i = 1; i < list.length; i++) {
      const first = list[i - 1]!;
      const second = list[i]!;
      if (!often(second) || !often(first) || first === second) continue;
      const pair = `${first} ${second}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  const counts: Counts = new Map(single);
  for (const [pair, n] of pairs) {
    if (n < pairOccurrences) continue;
    const held = pair.split(" ").filter((token) => n >= pairShare * single.get(token)!);
    if (held.length === 0) continue;
    counts.set(pair, n);
    for (const token of held) counts.delete(token);
  }
  return counts;
}
