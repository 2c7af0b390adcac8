import { l1Penalty, l2Penalty } from "@eddy/compute/losses";
import { add } from "@eddy/compute/ops/arithmetic";
import type { Tape, Value } from "@eddy/compute/tape";
import type { StepValues } from "@eddy/compute/training-graph";
import type { Network } from "./network.ts";

/** Rates on the weight matrices; biases are left alone, as in Keras' `kernel_regularizer`. */
export interface Penalties {
  readonly l1?: number;
  readonly l2?: number;
}

/** The loss with the penalties of the net's weights added. */
export function penalised(
  tape: Tape,
  loss: Value,
  network: Network,
  values: StepValues,
  { l1 = 0, l2 = 0 }: Penalties = {},
): Value {
  const weights = network.weightNames.map((name) => values.tensor(name));
  const parts = [
    ...(l1 > 0 ? weights.map((value) => l1Penalty(tape, value, l1)) : []),
    ...(l2 > 0 ? weights.map((value) => l2Penalty(tape, value, l2)) : []),
  ];
  return parts.reduce((sum, part) => add(tape, sum, part), loss);
}
