import type { Curve } from "./curve.ts";

/** Factors of the difference of two points, by the high bits of their squared distance as a float32. */
export interface Forces {
  /** −2ab d^2(b−1) / (1 + a d^2b) */
  readonly pull: Float32Array;
  /** 2b / ((0.001 + d²)(1 + a d^2b)) */
  readonly push: Float32Array;
}

/** A float32's sign, exponent and the first 8 bits of its fraction: 256 steps between powers of two, 0.2 % off at most. */
export const FORCE_SHIFT = 15;

/**
 * The gradients of UMAP's cross entropy (McInnes, Healy and Melville 2018, section 4.2), read at the middle of each step; nothing
 * between points at one place. A table, for two powers for each of some hundred million pairs would be most of the time.
 */
export function forcesOf({ a, b }: Curve): Forces {
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  // Up to infinity; distances have no sign.
  const size = 0x7f800000 >>> FORCE_SHIFT;
  const [pull, push] = [new Float32Array(size + 1), new Float32Array(size + 1)];
  for (let step = 1; step < size; step++) {
    bits[0] = (step << FORCE_SHIFT) | (1 << (FORCE_SHIFT - 1));
    const squared = float[0]!;
    pull[step] = (-2 * a * b * squared ** (b - 1)) / (1 + a * squared ** b);
    push[step] = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
  }
  return { pull, push };
}
