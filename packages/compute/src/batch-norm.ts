import { add, div, mul, scale, sub } from "./ops/arithmetic.ts";
import { atLeast, sqrt, square } from "./ops/elementary.ts";
import { mean, sizeOf } from "./ops/reduction.ts";
import type { Tape, Value } from "./tape.ts";

export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon?: number;
  /** Weight of the new batch in the running figures: PyTorch's 0.1. (Keras' momentum of 0.99 is 0.01 here.) */
  readonly momentum?: number;
}

/** All of them [width]. */
export interface BatchNormValues {
  readonly scale: Value;
  readonly shift: Value;
  readonly runningMean: Value;
  readonly runningVariance: Value;
}

const EPSILON = 1e-5;

/**
 * Batch normalisation in training: columns of x [n, width] to mean 0 and variance 1 of this batch, then scaled and shifted
 * (S. Ioffe and C. Szegedy, ICML 2015, algorithm 1). The running variance is the unbiased one (algorithm 2), as in PyTorch.
 */
export function batchNormTraining(tape: Tape, x: Value, values: BatchNormValues, options: BatchNormOptions = {}) {
  const { epsilon = EPSILON, momentum = 0.1 } = options;
  const average = mean(tape, x, [0], true);
  const centred = sub(tape, x, average);
  const variance = mean(tape, square(tape, centred), [0], true);
  const spread = sqrt(tape, add(tape, variance, tape.constant(epsilon)));
  const output = add(tape, mul(tape, div(tape, centred, spread), values.scale), values.shift);
  const rows = sizeOf(tape, x, [0]);
  const fewer = atLeast(tape, sub(tape, rows, tape.constant(1)), 1);
  const unbiased = mul(tape, variance, div(tape, rows, fewer));
  const moved = (before: Value, now: Value): Value => {
    const flat = tape.record({ op: "Squeeze", inputs: [now], integers: [[0]], shape: before.shape });
    return add(tape, scale(tape, before, 1 - momentum), scale(tape, flat, momentum));
  };
  return {
    output,
    runningMean: moved(values.runningMean, average),
    runningVariance: moved(values.runningVariance, unbiased),
  };
}

/** Batch normalisation by the running figures, as a trained net does it. */
export function batchNorm(tape: Tape, x: Value, values: BatchNormValues, options: BatchNormOptions = {}): Value {
  const { epsilon = EPSILON } = options;
  const spread = sqrt(tape, add(tape, values.runningVariance, tape.constant(epsilon)));
  const normal = div(tape, sub(tape, x, values.runningMean), spread);
  return add(tape, mul(tape, normal, values.scale), values.shift);
}
