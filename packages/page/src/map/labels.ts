import type { Spot } from "./camera.ts";
import type { Points } from "./points.ts";

/** Where the name of a cluster stands on the map: over the midst of its points. */
export interface Label extends Spot {
  readonly cluster: string;
  readonly size: number;
}

/** Points looked at of each cluster: more don't move a quantile that one can see. */
const SAMPLE = 600;
/** Above most of the points, so that the name hides few of them. */
const TOP = 0.9;

/** By quantiles of each cluster's points, the largest first: what lies apart pulls a name nowhere. */
export function labelsOf(points: Points): Label[] {
  const rows = new Map<number, number[]>();
  for (const [row, cluster] of points.cluster.entries()) {
    const own = rows.get(cluster);
    if (own) own.push(row);
    else rows.set(cluster, [row]);
  }
  return [...rows]
    .map(([cluster, own]) => {
      const step = Math.ceil(own.length / SAMPLE);
      const some = own.filter((_, at) => at % step === 0);
      return {
        cluster: points.clusters[cluster] ?? "",
        size: own.length,
        x: quantile(
          some.map((row) => points.x[row]!),
          0.5,
        ),
        y: quantile(
          some.map((row) => points.y[row]!),
          TOP,
        ),
      };
    })
    .sort((a, b) => b.size - a.size);
}

function quantile(values: number[], part: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which boxes may be shown so that none covers another: the earlier goes first. */
export function withoutOverlap(boxes: readonly Box[]): boolean[] {
  const shown: Box[] = [];
  return boxes.map((box) => {
    const free = shown.every(
      (other) =>
        box.left >= other.left + other.width ||
        other.left >= box.left + box.width ||
        box.top >= other.top + other.height ||
        other.top >= box.top + box.height,
    );
    if (free) shown.push(box);
    return free;
  });
}
