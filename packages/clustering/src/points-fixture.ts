import type { Assign, Points } from "./k-means.ts";

/** Nearest centre by a loop. */
export function createLoopAssign(dimensions: number): Assign {
  return async (points, centres, count, k) => {
    const nearest = new Int32Array(count);
    const distance = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      let best = Number.POSITIVE_INFINITY;
      for (let c = 0; c < k; c++) {
        let squares = 0;
        for (let i = 0; i < dimensions; i++)
          squares += (points[row * dimensions + i]! - centres[c * dimensions + i]!) ** 2;
        if (squares < best) {
          best = squares;
          nearest[row] = c;
        }
      }
      distance[row] = Math.sqrt(best);
    }
    return { nearest, distance };
  };
}

/** `count` points around k random unit centres; `spread` is the length of the noise. Cluster of point i: i mod k. */
export function plantedPoints(
  k: number,
  count: number,
  dimensions: number,
  spread: number,
  random: () => number,
): Points {
  const direction = () => {
    // Irwin and Hall's sum of uniforms is normal enough.
    const values = Array.from({ length: dimensions }, () => random() + random() + random() + random() - 2);
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };
  const centres = Array.from({ length: k }, direction);
  const values = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const noise = direction();
    const point = centres[row % k]!.map((value, i) => value + spread * noise[i]!);
    const length = Math.hypot(...point);
    values.set(
      point.map((value) => value / length),
      row * dimensions,
    );
  }
  return { values, count, dimensions };
}
