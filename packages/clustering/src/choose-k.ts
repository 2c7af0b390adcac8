import type { KChoice } from "./events.ts";
import { type Gram, type GramFit, gramKMeans, gramOf } from "./gram-k-means.ts";
import type { Points } from "./k-means.ts";

export const MIN_K = 2;
export const MAX_K = 50;

/**
 * Below this score there is "no clear structure". Measured on samples of 512 in 384 dimensions (MiniLM): news (AG News) scores
 * 0.07 at its best k and 0.04 to 0.05 at 50; random unit vectors stay under 0.01 at every k.
 */
export const CLEAR_SCORE = 0.03;

const STARTS = 3;

/** Another k must score so many times as well as the present one: a few per cent are chance. */
const STEADINESS = 1.05;

/**
 * The k of 2…50 with the best simplified silhouette, and the runner-up. `present` is kept unless another is clearly better.
 *
 * The score is cross-validated: centres are made from one half of the sample and judged on the other, both ways. Judged on
 * the points that made them, ever more and smaller clusters look ever better (AG News: k = 48 above k = 4), because a point
 * pulls its own centre to itself.
 */
export function chooseK(sample: Points, random: () => number, present = 0): KChoice {
  const gram = gramOf(sample);
  const [one, other] = halvesOf(sample.count, random);
  const most = Math.min(MAX_K, Math.floor(other.length / 2));
  const scores: { k: number; score: number }[] = [];
  for (let k = MIN_K; k <= most; k++) {
    const score = (judge(gram, one, other, k, random) + judge(gram, other, one, k, random)) / 2;
    scores.push({ k, score });
  }
  scores.sort((a, b) => b.score - a.score || a.k - b.k);
  const [first = { k: 1, score: 0 }] = scores;
  const kept = scores.find(({ k }) => k === present);
  const best = kept && kept.score * STEADINESS >= first.score ? kept : first;
  const runnerUp = scores.find((score) => score !== best) ?? best;
  return {
    automatic: true,
    chosen: best.k,
    score: best.score,
    runnerUp: runnerUp.k,
    runnerUpScore: runnerUp.score,
    clear: best.score >= CLEAR_SCORE,
  };
}

/**
 * Of each two neighbours one goes to either half, at random: a stream that drifts is in both halves at every time, and one
 * that takes its topics in turn (odd documents news, even ones sport) is not cut along them.
 */
function halvesOf(count: number, random: () => number): [Int32Array, Int32Array] {
  const one = new Int32Array(Math.ceil(count / 2));
  const other = new Int32Array(Math.floor(count / 2));
  for (let pair = 0; pair < one.length; pair++) {
    const first = 2 * pair + 1 < count && random() < 0.5 ? 1 : 0;
    one[pair] = 2 * pair + first;
    if (pair < other.length) other[pair] = 2 * pair + 1 - first;
  }
  return [one, other];
}

function judge(gram: Gram, fitted: Int32Array, judged: Int32Array, k: number, random: () => number): number {
  let best: GramFit | undefined;
  for (let start = 0; start < STARTS; start++) {
    const fit = gramKMeans(gram, fitted, k, random);
    if (!best || fit.inertia < best.inertia) best = fit;
  }
  return simplifiedSilhouette(best!, judged);
}

/**
 * Mean of (b − a)/b, a and b the distances to the nearest and the second nearest mean (E. Hruschka, R. Campello and L. de
 * Castro, "Evolving clusters in gene-expression data", Information Sciences 176, 2006). 0 to 1.
 */
function simplifiedSilhouette(fit: GramFit, points: Int32Array): number {
  let sum = 0;
  for (const point of points) {
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (const distance of fit.distancesOf(point)) {
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
      } else if (distance < second) second = distance;
    }
    if (second > 0 && Number.isFinite(second)) sum += 1 - Math.sqrt(nearest / second);
  }
  return sum / points.length;
}

export function fixedK(k: number): KChoice {
  return { automatic: false, chosen: k, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
}
