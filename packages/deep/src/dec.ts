import { type FineTuned, type FineTuningOptions, fineTune } from "./fine-tuning.ts";
import { BOTTLENECK } from "./layers.ts";
import { createNetwork, type Network } from "./network.ts";

/**
 * Deep embedded clustering: the decoder is put away; encoder and centres are trained by KL(P‖Q) alone (J. Xie, R. Girshick
 * and A. Farhadi, ICML 2016). Nothing holds the codes in place, so clusters may collapse: see `collapse` of the result.
 *
 * Its silhouette measures its own squeezing: on random unit vectors it reaches 0.75.
 *
 * @param network of the autoencoder whose weights are given
 */
export function trainDec(network: Network, options: FineTuningOptions): Promise<FineTuned> {
  const end = network.layers.findIndex(({ name }) => name === BOTTLENECK) + 1;
  const encoder = createNetwork(network.inputWidth, network.layers.slice(0, end));
  return fineTune({ name: "DEC", network: encoder, metrics: [], objective: (_, kl) => ({ loss: kl }) }, options);
}
