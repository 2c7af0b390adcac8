import type { NeighbourMetric, Points } from "@eddy/compute/neighbour-search";
import { type Pca, pca } from "@eddy/projection/pca";
import { umap } from "@eddy/projection/umap";
import { createPlacer } from "@eddy/projection/umap-placer";

/** Two dimensions, fitted on some points, into which others are placed as they come. */
export interface Layout {
  readonly method: "pca" | "umap";
  /** The places of the points it was fitted on: count × 2, nearly all within ±1. */
  readonly places: Float32Array;
  /** m × width → m × 2 */
  place(points: Points): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface LayoutOptions {
  readonly metric: NeighbourMetric;
  /** Where the points are now, count × 2: the new layout goes on from there. */
  readonly start?: Float32Array;
}

/** Below, a neighbourhood graph says little that its principal components don't. */
const LEAST_FOR_UMAP = 100;
const SEED = 1;
/** Of a layout that goes on from another. */
const EPOCHS = 200;
/** The share of points on either side that may lie beyond ±1. */
const OUTLIERS = 0.005;

/** @throws RangeError below three points */
export async function fitLayout(points: Points, { metric, start }: LayoutOptions): Promise<Layout> {
  if (points.count < LEAST_FOR_UMAP) return principal(points);
  const options = { metric, seed: SEED, threads: 1 };
  const map = await umap(points, start ? { ...options, start, epochs: EPOCHS } : options);
  const placer = await createPlacer(points, map, options);
  const frame = frameOf(map);
  return {
    method: "umap",
    places: framed(map, frame),
    place: async (queries) => framed(await placer.place(queries), frame),
    close: () => placer.close(),
  };
}

function principal(points: Points): Layout {
  const found = pca(points, 2);
  const frame = frameOf(found.values);
  return {
    method: "pca",
    places: framed(found.values, frame),
    place: async (queries) => framed(project(queries, found), frame),
    close: async () => {},
  };
}

function project({ values, count, width }: Points, { components, mean }: Pca): Float32Array {
  const places = new Float32Array(count * 2);
  for (let at = 0; at < places.length; at++) {
    const [row, component] = [at >> 1, at & 1];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (values[row * width + i]! - mean[i]!) * components[component * width + i]!;
    places[at] = sum;
  }
  return places;
}

/** One scale for both axes, so that distances keep their ratios. */
interface Frame {
  readonly centre: readonly [number, number];
  readonly scale: number;
}

function frameOf(map: Float32Array): Frame {
  const ranges = [0, 1].map((axis) => {
    const sorted = map.filter((_, at) => at % 2 === axis).sort();
    const skip = Math.floor(sorted.length * OUTLIERS);
    return [sorted[skip]!, sorted[sorted.length - 1 - skip]!] as const;
  });
  const [[left, right], [bottom, top]] = ranges as [readonly [number, number], readonly [number, number]];
  return {
    centre: [(left + right) / 2, (bottom + top) / 2],
    scale: 2 / (Math.max(right - left, top - bottom) || 1),
  };
}

function framed(map: Float32Array, { centre, scale }: Frame): Float32Array {
  return map.map((value, at) => (value - centre[at & 1]!) * scale);
}
