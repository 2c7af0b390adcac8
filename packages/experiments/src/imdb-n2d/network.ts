import { glorotUniform } from "@eddy/compute/initialisers";
import { encodeFloats } from "@eddy/contracts/vector-bytes";
import type { Autoencoder } from "@eddy/deep/autoencoder";
import { encodeRows } from "@eddy/deep/encoder";
import { type AutoencoderLayout, BOTTLENECK } from "@eddy/deep/layers";
import { digestOf } from "../frame/cache.ts";
import type { Matrix } from "../frame/matrix.ts";
import type { Run } from "../frame/run.ts";
import { trainedAutoencoder } from "../frame/trained.ts";
import type { Reading } from "./readings.ts";

/** Of the bottleneck. */
export const CODE = 10;
export const EPOCHS = 25;
const QUICK_EPOCHS = 3;
export const BATCH = 32;

export const layoutOf = (inputs: number): AutoencoderLayout => ({ sizes: [inputs, 1_024, 512, 256, CODE] });

/** Trained as Keras does by default: Glorot's weights, Adam with ε = 1e-7 beside the uncorrected root, a new order each epoch. */
export function trainedOn(run: Run, { title, train, validation }: Reading, seed: number): Promise<Autoencoder> {
  return trainedAutoencoder(run, `training on the ${title}, seed ${seed}`, {
    rows: train,
    validation,
    layout: layoutOf(train.width),
    epochs: run.options.quick ? QUICK_EPOCHS : EPOCHS,
    batchSize: BATCH,
    adam: { learningRate: 1e-3, epsilon: 1e-7, epsilonBeside: "raw" },
    initialiser: glorotUniform,
    initialiserName: "glorot-uniform",
    seed,
  });
}

/** The output of the layer named `bottleneck_layer` for each row. */
export async function codesOf({ network, weights }: Autoencoder, { train }: Reading): Promise<Matrix> {
  const values = await encodeRows(network, weights, BOTTLENECK, train);
  const tensors = Object.values(weights).map(encodeFloats);
  return { values, count: train.count, width: CODE, key: `codes-${digestOf(train.key, ...tensors)}` };
}
