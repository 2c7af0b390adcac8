/** First values of the weights [in, out] and the bias [out] of a dense layer. `random` is uniform in [0, 1). */
export interface Initialiser {
  weights(inputs: number, outputs: number, random: () => number): Float32Array;
  bias(inputs: number, outputs: number, random: () => number): Float32Array;
}

/** Keras' Dense: U(±√(6 / (in + out))), bias 0 (X. Glorot and Y. Bengio, AISTATS 2010, equation 16). */
export const glorotUniform: Initialiser = {
  weights: (inputs, outputs, random) => uniform(inputs * outputs, Math.sqrt(6 / (inputs + outputs)), random),
  bias: (_inputs, outputs) => new Float32Array(outputs),
};

/**
 * PyTorch's Linear: weights and bias U(±1/√in). For the weights that is Kaiming uniform with a = √5 (K. He et al.,
 * ICCV 2015): the bound √(6 / ((1 + a²)·in)).
 */
export const torchLinear: Initialiser = {
  weights: (inputs, outputs, random) => uniform(inputs * outputs, 1 / Math.sqrt(inputs), random),
  bias: (inputs, outputs, random) => uniform(outputs, 1 / Math.sqrt(inputs), random),
};

function uniform(length: number, bound: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => (2 * random() - 1) * bound);
}
