import { denseClusters, type Partition } from "./partition.ts";
import { centredRows, squaredDistances } from "./squared-distances.ts";

/** Above this the exact figure takes too long: n² distances. Take a sample (`fixedSample`). */
export const silhouetteLimit = 5_000;

const strip = 64;

/**
 * The mean silhouette of all points, Euclidean, exact: −1…1, near 0 = clusters touch. A point alone in its cluster
 * counts 0. Rousseeuw, "Silhouettes", J. Comp. Appl. Math. 20 (1987).
 * @returns undefined where it is not defined: fewer than two clusters, or as many clusters as points.
 * @throws RangeError above `silhouetteLimit` points.
 */
export function silhouette({ points, width, clusters }: Partition): number | undefined {
  return silhouettes({ points, width }, [clusters])[0];
}

/** The silhouette of each of several clusterings of the same points: the distances, which take the time, are taken once. */
export function silhouettes(
  { points, width }: Pick<Partition, "points" | "width">,
  clusterings: readonly Partition["clusters"][],
): (number | undefined)[] {
  const n = points.length / width;
  if (n > silhouetteLimit) throw new RangeError(`silhouette: ${n} points are over ${silhouetteLimit}; take a sample`);
  const tallies = clusterings.map((clusters) => createTally({ points, width, clusters }));
  const wanted = tallies.filter(({ defined }) => defined);
  if (wanted.length > 0) {
    const rows = centredRows(points, width);
    const distances = new Float64Array(strip * rows.padded);
    for (let from = 0; from < n; from += strip) {
      const height = Math.min(strip, rows.padded - from);
      squaredDistances(rows, { from, height, first: from }, distances);
      for (let i = from; i < Math.min(from + strip, n); i++) {
        const start = (i - from) * rows.padded;
        for (let j = start + i + 1; j < start + n; j++) distances[j] = Math.sqrt(distances[j]!);
        for (const tally of wanted) tally.add(i, distances.subarray(start, start + n));
      }
    }
  }
  return tallies.map((tally) => (tally.defined ? tally.mean() : undefined));
}

/** Per point the sum of its distances to each cluster; every pair is told once, by its lower row. */
function createTally(partition: Partition) {
  const { of, sizes } = denseClusters(partition);
  const [n, k] = [of.length, sizes.length];
  const sums = new Float64Array(n * k);
  return {
    defined: k >= 2 && k < n,
    add(i: number, distances: Float64Array) {
      const own = of[i]!;
      for (let j = i + 1; j < n; j++) {
        const distance = distances[j]!;
        sums[i * k + of[j]!] = sums[i * k + of[j]!]! + distance;
        sums[j * k + own] = sums[j * k + own]! + distance;
      }
    },
    mean() {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const own = of[i]!;
        if (sizes[own] === 1) continue;
        const inside = sums[i * k + own]! / (sizes[own]! - 1);
        let outside = Number.POSITIVE_INFINITY;
        for (let c = 0; c < k; c++) if (c !== own) outside = Math.min(outside, sums[i * k + c]! / sizes[c]!);
        const larger = Math.max(inside, outside);
        if (larger > 0) total += (outside - inside) / larger;
      }
      return total / n;
    },
  };
}
