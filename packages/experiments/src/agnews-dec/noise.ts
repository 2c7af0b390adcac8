import { createRandom } from "@eddy/runtime/random";
import type { Matrix } from "../frame/matrix.ts";

/** Directions without any structure: unit vectors, even on the sphere. */
export function randomDirections(count: number, width: number, seed: number): Matrix {
  const random = createRandom(seed);
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const vector = values.subarray(row * width, (row + 1) * width);
    // Box and Muller: the direction of a Gaussian vector is even on the sphere.
    for (let at = 0; at < width; at++) {
      vector[at] = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    }
    const norm = Math.hypot(...vector);
    for (let at = 0; at < width; at++) vector[at]! /= norm;
  }
  return { values, count, width, key: `directions-${count}-${width}-${seed}` };
}
