import type { EpochLoss } from "@eddy/deep/autoencoder";
import type { Collapse } from "@eddy/deep/collapse";
import { trainDec } from "@eddy/deep/dec";
import { encodeRows } from "@eddy/deep/encoder";
import type { FineTuned, FineTuningOptions, FineTuningReport } from "@eddy/deep/fine-tuning";
import { trainIdec } from "@eddy/deep/idec";
import { type AutoencoderLayout, BOTTLENECK } from "@eddy/deep/layers";
import type { Penalties } from "@eddy/deep/penalties";
import { rowsOf } from "@eddy/deep/rows";
import { cacheKey } from "./cache.ts";
import type { Matrix } from "./matrix.ts";
import { headed, remember } from "./remember.ts";
import type { Run } from "./run.ts";
import { trainedAutoencoder } from "./trained.ts";

/** How an autoencoder is trained, and clusters with it: all but the data and the seed. */
export interface DeepSettings {
  readonly method: "DEC" | "IDEC";
  /** Sizes from the first hidden layer to the code; the input's comes of the data. */
  readonly sizes: readonly number[];
  readonly batchNorm?: boolean;
  readonly dropout?: number;
  readonly penalties?: Penalties;
  /** Adam's, of both parts. */
  readonly learningRate: number;
  readonly batchSize: number;
  /** Of the autoencoder. */
  readonly epochs: number;
  /** Of DEC or IDEC. */
  readonly clusteringEpochs: number;
  /** Adam's in DEC or IDEC, where it is another one. */
  readonly clusteringRate?: number;
  /** γ of IDEC. */
  readonly clusteringWeight?: number;
  readonly k: number;
}

export interface DeepClusters {
  /** Of the autoencoder, by epoch. */
  readonly curve: readonly EpochLoss[];
  /** Codes of the autoencoder, and K-Means' clusters of them. */
  readonly before: Matrix;
  readonly start: Int32Array;
  /** Codes after DEC or IDEC, and its clusters. */
  readonly after: Matrix;
  readonly clusters: Int32Array;
  /** The divergence by epoch. */
  readonly kl: readonly number[];
  /** Share of the rows that changed their cluster, by epoch. */
  readonly changed: readonly number[];
  readonly collapse: Collapse;
}

interface Kept {
  readonly start: readonly number[];
  readonly clusters: readonly number[];
  readonly kl: readonly number[];
  readonly changed: readonly number[];
  readonly collapse: Collapse;
}

/** An autoencoder of the points, K-Means on its codes, and DEC or IDEC from there. `name` says which, to people. */
export async function deepClusters(
  run: Run,
  name: string,
  points: Matrix,
  settings: DeepSettings,
  seed: number,
): Promise<DeepClusters> {
  const { network, weights, curve } = await codesAutoencoder(run, name, points, settings, seed);
  const rows = rowsOf(points.values, points.width);
  const width = settings.sizes.at(-1)!;
  const inputs = { points: points.key, settings, seed };
  const key = cacheKey("codes", inputs);
  const codes = (values: Float32Array, when: string): Matrix => ({
    ...{ values, width },
    count: points.count,
    key: `${key}-${when}`,
  });
  const step = `${settings.method} on ${name}, seed ${seed}`;
  const { header, values } = await remember(
    run,
    { what: "fine-tuned", inputs, step, codec: headed<Kept>() },
    async (tell) => {
      const reports: FineTuningReport[] = [];
      const tuned = await fineTuned(run, network, settings, {
        ...{ rows, weights, seed },
        onEpoch(report) {
          reports.push(report);
          tell(report.progress.done, report.progress.secondsLeft);
        },
      });
      const kept: Kept = {
        start: [...tuned.start],
        clusters: [...tuned.clusters],
        kl: reports.map(({ losses }) => losses.kl!),
        changed: reports.map(({ changed }) => changed),
        collapse: tuned.collapse,
      };
      const after = await encodeRows(network, { ...weights, ...tuned.weights }, BOTTLENECK, rows);
      return { header: kept, values: after };
    },
  );
  return {
    curve,
    before: codes(await encodeRows(network, weights, BOTTLENECK, rows), "before"),
    start: Int32Array.from(header.start),
    after: codes(values, "after"),
    clusters: Int32Array.from(header.clusters),
    ...{ kl: header.kl, changed: header.changed, collapse: header.collapse },
  };
}

/** The autoencoder alone. */
export function codesAutoencoder(run: Run, name: string, points: Matrix, settings: DeepSettings, seed: number) {
  const { epochs, batchSize, learningRate, penalties } = settings;
  return trainedAutoencoder(run, `autoencoder of ${name}, seed ${seed}`, {
    rows: { ...rowsOf(points.values, points.width), key: points.key },
    layout: layoutOf(points, settings),
    ...{ epochs, batchSize, seed },
    adam: { learningRate },
    ...(penalties !== undefined && { penalties }),
  });
}

export const layoutOf = (
  { width }: Pick<Matrix, "width">,
  { sizes, batchNorm, dropout }: Pick<DeepSettings, "sizes" | "batchNorm" | "dropout">,
): AutoencoderLayout => ({
  sizes: [width, ...sizes],
  ...(batchNorm !== undefined && { batchNorm }),
  ...(dropout !== undefined && { dropout }),
});

/** DEC or IDEC, by the settings. */
export function fineTuned(
  { clock, signal }: Pick<Run, "clock" | "signal">,
  network: Parameters<typeof trainDec>[0],
  settings: DeepSettings,
  given: Pick<FineTuningOptions, "rows" | "weights" | "seed" | "onEpoch">,
): Promise<FineTuned> {
  const { method, k, clusteringEpochs, clusteringRate, learningRate, batchSize, clusteringWeight } = settings;
  const options: FineTuningOptions = {
    ...given,
    ...{ k, epochs: clusteringEpochs, batchSize, clock, signal },
    adam: { learningRate: clusteringRate ?? learningRate },
  };
  if (method === "DEC") return trainDec(network, options);
  return trainIdec(network, { ...options, ...(clusteringWeight !== undefined && { clusteringWeight }) });
}
