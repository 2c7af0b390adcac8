import { meanSquaredError } from "@eddy/compute/losses";
import { add, scale } from "@eddy/compute/ops/arithmetic";
import { type FineTuned, type FineTuningOptions, fineTune } from "./fine-tuning.ts";
import type { Network } from "./network.ts";

export interface IdecOptions extends FineTuningOptions {
  /** γ: weight of the divergence beside the reconstruction. The paper's 0.1. */
  readonly clusteringWeight?: number;
}

/**
 * Improved DEC: the decoder stays, and the loss is reconstruction + γ · KL(P‖Q), so that codes keep the shape of the data
 * (X. Guo, L. Gao, X. Liu and J. Yin, IJCAI 2017).
 *
 * @param network of the autoencoder whose weights are given
 */
export function trainIdec(network: Network, { clusteringWeight = 0.1, ...options }: IdecOptions): Promise<FineTuned> {
  const output = network.layers.at(-1)!.name;
  return fineTune(
    {
      name: "IDEC",
      network,
      metrics: ["error"],
      objective(tape, kl, outputs, x) {
        const error = meanSquaredError(tape, outputs.get(output)!, x);
        return { loss: add(tape, error, scale(tape, kl, clusteringWeight)), metrics: { error } };
      },
    },
    options,
  );
}
