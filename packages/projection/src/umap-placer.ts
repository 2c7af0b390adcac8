import { createNeighbourSearch, type NeighbourMetric, type Points } from "@eddy/compute/neighbour-search";
import { fitCurve } from "./umap/curve.ts";
import { FORCE_SHIFT, type Forces, forcesOf } from "./umap/forces.ts";
import { scaleOf } from "./umap/smooth-distances.ts";

/** Those that the map was made with, and how it is gone on with. */
export interface PlacerOptions {
  /** References that decide a point's place; at most as many as there are. Default 15. */
  readonly neighbours?: number;
  /** Default 0.1. */
  readonly minDist?: number;
  /** Default 1. */
  readonly spread?: number;
  /** Default "euclidean". */
  readonly metric?: NeighbourMetric;
  /** Default 100. */
  readonly epochs?: number;
  /** Default 5. */
  readonly negatives?: number;
  readonly seed: number;
  readonly threads?: number;
}

/** Puts new points into a map that is there. */
export interface Placer {
  /** m × width → m × components. A point's place depends on the point alone, not on those that come with it. */
  place(points: Points): Promise<Float32Array>;
  close(): Promise<void>;
}

/** umap-learn begins with a quarter of its learning rate where the other ends stay. */
const FIRST_RATE = 0.25;
/** Least scale, as a share of the mean distance. */
const LEAST_SCALE = 1e-3;

/**
 * `UMAP.transform` of umap-learn 0.5: a point begins at the mean of its nearest references, weighted by their memberships, then is
 * pulled to them and pushed off others, while the references stay. Unlike there, memberships are measured by the point's own
 * largest, and the random numbers begin anew for each point, so that a batch doesn't matter.
 *
 * @param points the references
 * @param map their places, count × components
 * @throws RangeError where the lengths don't fit
 */
export async function createPlacer(points: Points, map: Float32Array, options: PlacerOptions): Promise<Placer> {
  const { neighbours = 15, minDist = 0.1, spread = 1, metric = "euclidean", epochs = 100, negatives = 5 } = options;
  const components = map.length / points.count;
  if (!Number.isInteger(components)) throw new RangeError(`${map.length} numbers are no map of ${points.count} points`);
  const k = Math.min(neighbours, points.count);
  const search = await createNeighbourSearch(points, k, metric, { threads: options.threads });
  const forces = forcesOf(fitCurve(minDist, spread));
  const settle = createSettler(map, { components, forces, epochs, negatives, seed: options.seed });
  return {
    async place(queries) {
      const { indices, distances } = await search.nearest(queries);
      const placed = new Float32Array(queries.count * components);
      for (let row = 0; row < queries.count; row++) {
        const own = { from: row * k, to: (row + 1) * k };
        const weights = memberships(distances.subarray(own.from, own.to));
        settle(indices.subarray(own.from, own.to), weights, placed.subarray(row * components, (row + 1) * components));
      }
      return placed;
    },
    close: () => search.close(),
  };
}

/** exp(−d / σ): nothing is taken off the distance to the nearest, since a new point need not lie on a reference. */
function memberships(distances: Float32Array): Float64Array {
  const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
  // umap-learn leaves the first out of the sum, here as where it is the point itself.
  const scale = Math.max(scaleOf(distances.subarray(1), 0, Math.log2(distances.length)), LEAST_SCALE * mean);
  return Float64Array.from(distances, (distance) => (distance === 0 || scale === 0 ? 1 : Math.exp(-distance / scale)));
}

interface Settling {
  readonly components: number;
  readonly forces: Forces;
  readonly epochs: number;
  readonly negatives: number;
  readonly seed: number;
}

/** Finds the place of one point: `into` is written. */
function createSettler(map: Float32Array, { components, forces, epochs, negatives, seed }: Settling) {
  const count = map.length / components;
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const place = new Float64Array(components);

  const step = (table: Float32Array, other: number, rate: number): void => {
    let squared = 0;
    for (let i = 0; i < components; i++) squared += (place[i]! - map[other * components + i]!) ** 2;
    float[0] = squared;
    const force = table[bits[0]! >>> FORCE_SHIFT]!;
    for (let i = 0; i < components; i++) {
      const by = force * (place[i]! - map[other * components + i]!);
      place[i]! += rate * Math.min(4, Math.max(-4, by));
    }
  };

  return (nearest: Int32Array, weights: Float64Array, into: Float32Array): void => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const most = weights.reduce((largest, weight) => Math.max(largest, weight), 0);
    place.fill(0);
    for (const [at, index] of nearest.entries()) {
      const share = whole > 0 ? weights[at]! / whole : 1 / nearest.length;
      for (let i = 0; i < components; i++) place[i]! += share * map[index * components + i]!;
    }
    let state = seed | 1;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const rate = FIRST_RATE * (1 - epoch / epochs);
      for (const [at, index] of nearest.entries()) {
        // An edge of weight w is due in every (most / w)th epoch.
        const period = most / weights[at]!;
        if (Math.floor((epoch + 1) / period) === Math.floor(epoch / period)) continue;
        step(forces.pull, index, rate);
        for (let left = negatives; left > 0; left--) {
          // xorshift32 (Marsaglia 2003)
          state ^= state << 13;
          state ^= state >>> 17;
          state ^= state << 5;
          step(forces.push, Math.floor(((state >>> 0) / 2 ** 32) * count), rate);
        }
      }
    }
    into.set(place);
  };
}
