import { createRandom } from "@eddy/runtime/random";

/** Unit vectors about `groups` directions, evenly many of each, row by row; the group of row i is i % groups. */
export function groupedPoints(options: {
  readonly count: number;
  readonly width: number;
  readonly groups: number;
  readonly noise: number;
  readonly seed: number;
}): Float32Array {
  const { count, width, groups, noise, seed } = options;
  const random = createRandom(seed);
  const centred = () => 2 * random.next() - 1;
  const directions = Array.from({ length: groups }, () => Array.from({ length: width }, centred));
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const point = directions[row % groups]!.map((value) => value + noise * centred());
    const norm = Math.hypot(...point);
    values.set(
      point.map((value) => value / norm),
      row * width,
    );
  }
  return values;
}

/** The share of rows whose cluster is the most common one of their group, groups as `groupedPoints` has them. */
export function agreement(clusters: Int32Array, groups: number): number {
  let agreeing = 0;
  const taken = new Set<number>();
  for (let group = 0; group < groups; group++) {
    const counts = new Map<number, number>();
    for (let row = group; row < clusters.length; row += groups) {
      counts.set(clusters[row]!, (counts.get(clusters[row]!) ?? 0) + 1);
    }
    const [cluster, most] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
    if (!taken.has(cluster)) agreeing += most;
    taken.add(cluster);
  }
  return agreeing / clusters.length;
}
