import type { DeepSettings } from "../frame/deep-clusters.ts";

/** What is tried: each value with each of the others. */
export interface Grid {
  /** Width of the code. */
  readonly codes: readonly number[];
  readonly learningRates: readonly number[];
  /** Of the autoencoder. */
  readonly epochs: readonly number[];
  readonly batchNorms: readonly boolean[];
  readonly dropouts: readonly number[];
  /** Penalties on the weights. */
  readonly l2s: readonly number[];
  /** γ of IDEC; 0: DEC. */
  readonly gammas: readonly number[];
}

/** One point of the grid. */
export interface Trial {
  readonly code: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchNorm: boolean;
  readonly dropout: number;
  readonly l2: number;
  readonly gamma: number;
}

/** All points, the last value turning first. */
export function trialsOf(grid: Grid): readonly Trial[] {
  return grid.codes.flatMap((code) =>
    grid.learningRates.flatMap((learningRate) =>
      grid.epochs.flatMap((epochs) =>
        grid.batchNorms.flatMap((batchNorm) =>
          grid.dropouts.flatMap((dropout) =>
            grid.l2s.flatMap((l2) =>
              grid.gammas.map((gamma) => ({ code, learningRate, epochs, batchNorm, dropout, l2, gamma })),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What is not in the grid is the published settings'. */
export function settingsOf(trial: Trial, published: DeepSettings): DeepSettings {
  const { code, learningRate, epochs, batchNorm, dropout, l2, gamma } = trial;
  return {
    ...published,
    ...{ learningRate, epochs },
    method: gamma > 0 ? "IDEC" : "DEC",
    sizes: [...published.sizes.slice(0, -1), code],
    ...(batchNorm && { batchNorm }),
    ...(dropout > 0 && { dropout }),
    ...(l2 > 0 && { penalties: { l2 } }),
    ...(gamma > 0 && { clusteringWeight: gamma }),
  };
}

/** The point of the grid that the published settings are. */
export function trialOf({ sizes, learningRate, epochs }: DeepSettings): Trial {
  return { code: sizes.at(-1)!, learningRate, epochs, batchNorm: false, dropout: 0, l2: 0, gamma: 0 };
}

export const trialName = (trial: Trial): string =>
  [trial.gamma > 0 ? `IDEC γ ${trial.gamma}` : "DEC", autoencoderName(trial)].join(", ");

/** What its autoencoder differs in from others. */
export const autoencoderName = ({ code, learningRate, epochs, batchNorm, dropout, l2 }: Trial): string =>
  [
    `code ${code}`,
    `rate ${learningRate}`,
    `${epochs} epochs`,
    ...(batchNorm ? ["batch norm"] : []),
    ...(dropout > 0 ? [`dropout ${dropout}`] : []),
    ...(l2 > 0 ? [`L2 ${l2}`] : []),
  ].join(", ");
