import { createRandom } from "@eddy/runtime/random";
import { leadingEigenvectors } from "../eigenvectors.ts";

/**
 * Landmark MDS: the landmarks are placed by classical scaling of their distances, every point by its distances to them.
 * de Silva and Tenenbaum, "Sparse multidimensional scaling using landmark points", Stanford (2004). With all points as
 * landmarks it is classical scaling itself.
 * @param distances landmarks × count
 * @param landmarks the point of each
 * @returns count × components, along the axes of the landmarks, the widest first
 */
export function landmarkScaling(
  distances: Float32Array,
  landmarks: Int32Array,
  { components, seed }: { readonly components: number; readonly seed: number },
): Float32Array {
  const size = landmarks.length;
  const count = distances.length / size;
  const { centred, means } = doublyCentred(distances, landmarks);
  const { values, vectors } = leadingEigenvectors(
    {
      size,
      multiply(x, into) {
        for (let row = 0; row < size; row++) {
          let sum = 0;
          for (let column = 0, at = row * size; column < size; column++, at++) sum += centred[at]! * x[column]!;
          into[row] = sum;
        }
      },
    },
    components,
    { random: createRandom(seed) },
  );
  const placed = new Float32Array(count * components);
  for (let c = 0; c < components; c++) {
    // A direction that has no positive share is none of space; points are not spread along it.
    if (!(values[c]! > 0)) continue;
    const sums = new Float64Array(count);
    for (let l = 0; l < size; l++) {
      const weight = vectors[c]![l]! / Math.sqrt(values[c]!) / 2;
      for (let i = 0, at = l * count; i < count; i++, at++) {
        sums[i] = sums[i]! + weight * (means[l]! - distances[at]! * distances[at]!);
      }
    }
    for (let i = 0; i < count; i++) placed[i * components + c] = sums[i]!;
  }
  return placed;
}

/** −½ of the landmarks' squared distances less the means of row and column, plus that of all; and each row's mean. */
function doublyCentred(distances: Float32Array, landmarks: Int32Array) {
  const size = landmarks.length;
  const count = distances.length / size;
  const centred = new Float64Array(size * size);
  const means = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const square = distances[row * count + landmarks[column]!]! ** 2;
      centred[row * size + column] = square;
      means[row] = means[row]! + square / size;
    }
  }
  const overall = means.reduce((sum, mean) => sum + mean, 0) / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      centred[at] = -0.5 * (centred[at]! - means[row]! - means[column]! + overall);
    }
  }
  return { centred, means };
}
