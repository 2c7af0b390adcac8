import { add, div, mul, scale, sub } from "./ops/arithmetic.ts";
import { abs, atLeast, log, reciprocal, square } from "./ops/elementary.ts";
import { product } from "./ops/product.ts";
import { mean, sizeOf, sum } from "./ops/reduction.ts";
import type { Tape, Value } from "./tape.ts";

/** The mean over all elements of (output − target)². */
export function meanSquaredError(tape: Tape, output: Value, target: Value): Value {
  return mean(tape, square(tape, sub(tape, output, target)));
}

/**
 * Soft assignment by Student's t with α = 1 (J. Xie, R. Girshick and A. Farhadi, "Unsupervised deep embedding for
 * clustering analysis", ICML 2016, equation 1): q_ij ∝ 1 / (1 + ‖z_i − c_j‖²), rows summing to 1.
 *
 * ‖z − c‖² is taken as ‖z‖² − 2 z·c + ‖c‖²: one matrix product. What rounding takes from a distance near 0 is lost in the 1.
 *
 * @param points [n, d]
 * @param centres [k, d]
 * @returns [n, k]
 */
export function studentT(tape: Tape, points: Value, centres: Value): Value {
  const own = sum(tape, square(tape, points), [1], true);
  const others = sum(tape, square(tape, centres), [1]);
  const products = scale(tape, product(tape, points, centres, { transB: true }), -2);
  const distances = add(tape, add(tape, products, own), others);
  const kernel = reciprocal(tape, add(tape, distances, tape.constant(1)));
  return div(tape, kernel, sum(tape, kernel, [1], true));
}

/** The smallest probability whose logarithm is taken. */
const SMALLEST = 1e-30;

/**
 * KL(P‖Q) = Σ_ij p_ij log(p_ij / q_ij), over n: PyTorch's "batchmean". No gradient goes to P, which DEC holds fixed.
 *
 * @param target P [n, k], rows summing to 1
 * @param soft Q [n, k], above 0
 */
export function klDivergence(tape: Tape, target: Value, soft: Value): Value {
  const known = log(tape, atLeast(tape, target, SMALLEST));
  const total = sum(tape, mul(tape, target, sub(tape, known, log(tape, soft))));
  return div(tape, total, sizeOf(tape, target, [0]));
}

/** rate · Σ|w|, to be added to a loss. */
export function l1Penalty(tape: Tape, weights: Value, rate: number): Value {
  return scale(tape, sum(tape, abs(tape, weights)), rate);
}

/** rate · Σw², to be added to a loss: Keras' `l2(rate)`; PyTorch's `weight_decay` of Adam is 2 · rate. */
export function l2Penalty(tape: Tape, weights: Value, rate: number): Value {
  return scale(tape, sum(tape, square(tape, weights)), rate);
}
