import type { KChoice } from "./events.ts";
import { bestKMeans, type Partitioning, squaredDistance } from "./k-means.ts";

export const MIN_K = 2;
export const MAX_K = 50;

/**
 * Below this simplified silhouette the sample has "no clear structure". Sentence embeddings of real news score 0.05 to 0.1 at
 * their best k; random unit vectors stay under 0.03 (measured in test/bench/choose-k).
 */
export const CLEAR_SCORE = 0.04;

/**
 * Simplified silhouette: mean of (b − a)/max(a, b), a and b the distances to the nearest and second nearest centre
 * (E. Hruschka et al., "Evolving clusters in gene-expression data", 2006). −1 to 1; 0 for k = 1.
 */
export function simplifiedSilhouette(rows: number[][], { centres }: Partitioning): number {
  if (centres.length < 2) return 0;
  let sum = 0;
  for (const row of rows) {
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (const centre of centres) {
      const distance = squaredDistance(row, centre);
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
      } else if (distance < second) second = distance;
    }
    const b = Math.sqrt(second);
    sum += b > 0 ? (b - Math.sqrt(nearest)) / b : 0;
  }
  return sum / rows.length;
}

/** The k of 2…50 (at most a tenth of the sample) with the best simplified silhouette, and the runner-up. */
export function chooseK(rows: number[][], seed: number): KChoice {
  const scores: { k: number; score: number }[] = [];
  const most = Math.min(MAX_K, Math.max(MIN_K, Math.floor(rows.length / 10)), rows.length);
  for (let k = MIN_K; k <= most; k++) {
    scores.push({
      k,
      score: simplifiedSilhouette(rows, bestKMeans(rows, k, { starts: 2, seed: seed + 100 * k, maxIterations: 20 })),
    });
  }
  scores.sort((a, b) => b.score - a.score || a.k - b.k);
  const [best = { k: 1, score: 0 }, runnerUp = best] = scores;
  return {
    automatic: true,
    chosen: best.k,
    score: best.score,
    runnerUp: runnerUp.k,
    runnerUpScore: runnerUp.score,
    clear: best.score >= CLEAR_SCORE,
  };
}

export function fixedK(k: number): KChoice {
  return { automatic: false, chosen: k, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
}
