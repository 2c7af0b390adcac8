import { type Autoencoder, type EpochLoss, untrainedAutoencoder } from "@eddy/deep/autoencoder";
import { encodeRows } from "@eddy/deep/encoder";
import { BOTTLENECK } from "@eddy/deep/layers";
import { rowsOf } from "@eddy/deep/rows";
import { cacheKey } from "../frame/cache.ts";
import { type Judged, judgedIn } from "../frame/judged.ts";
import { kMeans } from "../frame/k-means.ts";
import type { Matrix } from "../frame/matrix.ts";
import type { Run } from "../frame/run.ts";
import { type Scores, scoresOf } from "../frame/scores.ts";
import { trainedAutoencoder } from "../frame/trained.ts";
import { CODE, epochsOf, K, layoutOf, training } from "./settings.ts";

/** K-Means in a space, held against the labels and judged without them. */
export interface Clustered {
  readonly space: Matrix;
  readonly clusters: Int32Array;
  readonly scores: Scores;
  readonly judged: Judged;
}

/** One seed: the encoder as it starts, and trained. */
export interface Encoders {
  readonly untrained: Clustered;
  readonly trained: Clustered;
  readonly curve: readonly EpochLoss[];
}

export async function encodersOf(
  run: Run,
  name: string,
  input: Matrix,
  labels: readonly string[],
  seed: number,
): Promise<Encoders> {
  const layout = layoutOf(input.width);
  const epochs = epochsOf(run.options);
  const trained = await trainedAutoencoder(run, `autoencoder of ${name}, seed ${seed}`, {
    rows: { ...rowsOf(input.values, input.width), key: input.key },
    ...{ layout, epochs, seed },
    ...training,
  });
  const clusters = async (encoder: Autoencoder, done: number) =>
    clusteredIn(run, await codesOf(input, encoder, { epochs: done, seed }), labels, seed);
  return {
    untrained: await clusters(untrainedAutoencoder(layout, seed), 0),
    trained: await clusters(trained, epochs),
    curve: trained.curve,
  };
}

export async function clusteredIn(
  run: Run,
  space: Matrix,
  labels: readonly string[],
  seed: number,
): Promise<Clustered> {
  const clusters = await kMeans(run, space, K, seed);
  return { space, clusters, scores: scoresOf(labels, clusters), judged: await judgedIn(run, space, clusters) };
}

async function codesOf(
  input: Matrix,
  { network, weights }: Autoencoder,
  made: { readonly epochs: number; readonly seed: number },
): Promise<Matrix> {
  const values = await encodeRows(network, weights, BOTTLENECK, rowsOf(input.values, input.width));
  return {
    values,
    count: input.count,
    width: CODE,
    key: cacheKey("codes", { input: input.key, layout: layoutOf(input.width), training, ...made }),
  };
}
