export type Activation = "linear" | "relu" | "sigmoid";

/** A dense layer and what follows it, in this order: batch normalisation, activation, dropout. */
export interface LayerSpec {
  /** Known by it in tables, exports and states; no two are alike. */
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  readonly batchNorm?: boolean;
  /** Share of units dropped in training, 0 to 1; what stays is scaled up. */
  readonly dropout?: number;
}

/** The layer whose output is the code, by the name that it has in the published experiment. */
export const BOTTLENECK = "bottleneck_layer";

export interface AutoencoderLayout {
  /** From the input to the code, such as [384, 256, 128, 64]; the decoder goes back the same way. */
  readonly sizes: readonly number[];
  /** Of the hidden layers; code and output are linear. Default ReLU. */
  readonly activation?: Activation;
  /** Behind every hidden layer. */
  readonly batchNorm?: boolean;
  readonly dropout?: number;
}

/**
 * The layers of a symmetric autoencoder: `encoder_1` …, `bottleneck_layer`, `decoder_1` …, `output`.
 * @throws RangeError for fewer than two sizes, or a dropout that is no share
 */
export function autoencoderLayers({ sizes, activation = "relu", batchNorm = false, dropout = 0 }: AutoencoderLayout) {
  if (sizes.length < 2) throw new RangeError("an autoencoder has an input and a code at least");
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`dropout is a share below 1, not ${dropout}`);
  const hidden =
    (side: string) =>
    (units: number, at: number): LayerSpec => ({
      name: `${side}_${at + 1}`,
      units,
      activation,
      batchNorm,
      dropout,
    });
  const between = sizes.slice(1, -1);
  const layers: readonly LayerSpec[] = [
    ...between.map(hidden("encoder")),
    { name: BOTTLENECK, units: sizes.at(-1)!, activation: "linear" },
    ...between.toReversed().map(hidden("decoder")),
    { name: "output", units: sizes[0]!, activation: "linear" },
  ];
  return layers;
}

export interface LayerRow {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** inputs · units + units; with batch normalisation 2 · units more. */
  readonly trainable: number;
  /** Running mean and variance of batch normalisation. */
  readonly fixed: number;
}

/** A row for each layer, as Keras' summary has it. */
export function layerTable(inputWidth: number, layers: readonly LayerSpec[]): readonly LayerRow[] {
  return layers.map(({ name, units, batchNorm }, at) => {
    const inputs = layers[at - 1]?.units ?? inputWidth;
    const normal = batchNorm ? 2 * units : 0;
    return { name, inputs, units, trainable: inputs * units + units + normal, fixed: normal };
  });
}

export function parameterCount(table: readonly LayerRow[]): number {
  return table.reduce((sum, { trainable }) => sum + trainable, 0);
}
