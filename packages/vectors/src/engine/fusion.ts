import { badFormat, isObject, wrongInput } from "./refusal.ts";

/** Several rankings made one: by the places of what they rank (rrf), or by their scores (dbsf). */
export type Fusion =
  | { readonly by: "rrf"; readonly k: number; readonly weights?: readonly number[] }
  | { readonly by: "dbsf" };

interface Ranked {
  readonly slot: number;
  readonly score: number;
}

/** `{fusion: "rrf" | "dbsf"}` or `{rrf: {k?, weights?}}`; undefined where the query is none of these. */
export function parseFusion(query: unknown): Fusion | undefined {
  if (!isObject(query)) return undefined;
  if (isObject(query.rrf)) {
    const { k = 2, weights } = query.rrf;
    if (!Number.isInteger(k) || (k as number) < 1) throw badFormat("rrf.k: expected a positive integer");
    if (weights === undefined || weights === null) return { by: "rrf", k: k as number };
    if (!Array.isArray(weights) || !weights.every(Number.isFinite)) throw badFormat("rrf.weights: expected numbers");
    return { by: "rrf", k: k as number, weights };
  }
  if (!("fusion" in query)) return undefined;
  if (query.fusion === "rrf") return { by: "rrf", k: 2 };
  if (query.fusion === "dbsf") return { by: "dbsf" };
  throw badFormat(`unknown variant \`${String(query.fusion)}\`, expected \`rrf\` or \`dbsf\``);
}

/** Best first; a score is the sum of what each ranking gives. In f32, as Qdrant adds. */
export function fuse<Hit extends Ranked>(fusion: Fusion, rankings: readonly (readonly Hit[])[]): Hit[] {
  const scored = fusion.by === "rrf" ? byPlace(rankings, fusion.k, fusion.weights) : rankings.map(byDistribution);
  const sums = new Map<number, Hit>();
  for (const hit of scored.flat()) {
    const sum = sums.get(hit.slot);
    sums.set(hit.slot, sum ? { ...sum, score: Math.fround(sum.score + hit.score) } : hit);
  }
  return [...sums.values()].sort((a, b) => b.score - a.score);
}

/** Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion" (SIGIR 2009): 1 / (place + k), places from 0, stretched by the weight. */
function byPlace<Hit extends Ranked>(rankings: readonly (readonly Hit[])[], k: number, weights?: readonly number[]) {
  if (weights && weights.length !== rankings.length) {
    throw wrongInput(
      `Number of weights in RRF should match number of pre-fetches: got ${weights.length}, expected ${rankings.length}`,
    );
  }
  return rankings.map((hits, i) => {
    const weight = weights?.[i] ?? 1;
    return hits.map((hit, place) => ({
      ...hit,
      score: weight > 0 ? Math.fround(1 / ((place + 1) / weight + k - 1)) : 0,
    }));
  });
}

/** Scores from 0 to 1, where mean ± three standard deviations (of a sample) are 0 and 1. */
function byDistribution<Hit extends Ranked>(hits: readonly Hit[]): Hit[] {
  const mean = hits.reduce((sum, { score }) => sum + score, 0) / hits.length;
  const squares = hits.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
  const deviation = hits.length > 1 ? Math.sqrt(squares / (hits.length - 1)) : 0;
  return hits.map((hit) => ({
    ...hit,
    score: deviation === 0 ? 0.5 : Math.fround((hit.score - mean + 3 * deviation) / (6 * deviation)),
  }));
}
