/**
 * Adam (D. Kingma and J. Ba, ICLR 2015, algorithm 1). What changes with the step alone is worked out here in f64, so that the
 * graph needs nine element-wise operators a tensor and no powers.
 *
 * The moments are kept undivided, M = m / (1 − β₁) and V = v / (1 − β₂):
 *   M ← β₁M + g,  V ← β₂V + g²,  w ← w − rate · M / (√V + floor)
 * is algorithm 1 with rate = α(1 − β₁)√(1 − β₂ᵗ) / ((1 − β₁ᵗ)√(1 − β₂)) and floor = ε√(1 − β₂ᵗ) / √(1 − β₂).
 */
import { add, div, mul, scale, sub } from "./ops/arithmetic.ts";
import { sqrt } from "./ops/elementary.ts";
import type { Tape, Value } from "./tape.ts";

export interface AdamOptions {
  /** α. */
  readonly learningRate: number;
  /** ε: 1e-8 in PyTorch and in the paper, 1e-7 in Keras. */
  readonly epsilon?: number;
  /** Where ε stands: beside the corrected √v̂ (the paper, PyTorch) or beside the raw √v (ε̂ of its section 2; Keras). */
  readonly epsilonBeside?: "corrected" | "raw";
  readonly beta1?: number;
  readonly beta2?: number;
}

export type ResolvedAdam = Required<AdamOptions>;

export const resolveAdam = (options: AdamOptions): ResolvedAdam => ({
  epsilon: 1e-8,
  epsilonBeside: "corrected",
  beta1: 0.9,
  beta2: 0.999,
  ...options,
});

/**
 * `rate` and `floor` of the `steps` steps that follow after `done` steps.
 * @returns [steps, 2], row by row
 */
export function adamSchedule(adam: ResolvedAdam, done: number, steps: number): Float32Array {
  const { learningRate, epsilon, epsilonBeside, beta1, beta2 } = adam;
  const schedule = new Float32Array(2 * steps);
  for (let step = 0; step < steps; step++) {
    const t = done + step + 1;
    const correction = Math.sqrt(1 - beta2 ** t);
    schedule[2 * step] = (learningRate * (1 - beta1) * correction) / ((1 - beta1 ** t) * Math.sqrt(1 - beta2));
    schedule[2 * step + 1] = (epsilon * (epsilonBeside === "corrected" ? correction : 1)) / Math.sqrt(1 - beta2);
  }
  return schedule;
}

/** One tensor's weights and undivided moments, all of one shape. */
export interface AdamState {
  readonly weights: Value;
  readonly first: Value;
  readonly second: Value;
}

/** @param step `rate` and `floor` of the step, [1] each */
export function adamStep(
  tape: Tape,
  { weights, first, second }: AdamState,
  gradient: Value,
  step: { readonly rate: Value; readonly floor: Value; readonly beta1: number; readonly beta2: number },
): AdamState {
  const nextFirst = add(tape, scale(tape, first, step.beta1), gradient);
  const nextSecond = add(tape, scale(tape, second, step.beta2), mul(tape, gradient, gradient));
  const spread = add(tape, sqrt(tape, nextSecond), step.floor);
  const change = mul(tape, div(tape, nextFirst, spread), step.rate);
  return { weights: sub(tape, weights, change), first: nextFirst, second: nextSecond };
}
