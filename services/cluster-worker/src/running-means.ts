import type { Metric } from "@eddy/clustering/events";

/** One document's weight in a mean: it covers about the last 1,000. */
const WEIGHT = 1 / 1000;

/** Running means over the latest documents; 0 before the first. */
export interface RunningMeans {
  /** 1 − cosine, or Euclidean. */
  readonly distance: number;
  /** Of the squared Euclidean distance: inertia (scikit-learn's `inertia_`) a document. */
  readonly inertia: number;
  /** Distance to the second nearest centre less that to the nearest. */
  readonly margin: number;
  /** margin / distance to the second nearest centre (simplified silhouette). */
  readonly silhouette: number;
}

export function createRunningMeans(metric: () => Metric): {
  readonly now: RunningMeans;
  add(distance: number, margin: number): void;
} {
  const now = { distance: 0, inertia: 0, margin: 0, silhouette: 0 };
  let seen = 0;
  return {
    now,
    add(distance, margin) {
      const rate = Math.max(WEIGHT, 1 / ++seen);
      const second = distance + margin;
      // ‖x − c‖² = 2 (1 − cos) for unit vectors.
      const squared = metric() === "spherical" ? 2 * distance : distance * distance;
      now.distance += rate * (distance - now.distance);
      now.inertia += rate * (squared - now.inertia);
      now.margin += rate * (margin - now.margin);
      now.silhouette += rate * ((second > 0 ? margin / second : 0) - now.silhouette);
    },
  };
}
