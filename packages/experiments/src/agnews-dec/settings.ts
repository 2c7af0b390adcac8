import type { DeepSettings } from "../frame/deep-clusters.ts";

export const K = 4;

/** The write-up's: 20 epochs of the autoencoder, 10 of DEC, batches of 64, Adam at 0.001. */
export const publishedSettings: DeepSettings = {
  method: "DEC",
  sizes: [256, 128, 64],
  learningRate: 1e-3,
  batchSize: 64,
  epochs: 20,
  clusteringEpochs: 10,
  k: K,
};

/** Fewer epochs for the small sample. */
export const settingsFor = ({ quick }: { readonly quick: boolean }): DeepSettings =>
  quick ? { ...publishedSettings, epochs: 6, clusteringEpochs: 3 } : publishedSettings;
