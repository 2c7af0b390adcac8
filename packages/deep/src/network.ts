import { type BatchNormValues, batchNorm, batchNormTraining } from "@eddy/compute/batch-norm";
import type { Initialiser } from "@eddy/compute/initialisers";
import { mul } from "@eddy/compute/ops/arithmetic";
import { relu, sigmoid } from "@eddy/compute/ops/elementary";
import { affine } from "@eddy/compute/ops/product";
import type { Tape, Value } from "@eddy/compute/tape";
import type { StepValues, TensorSpec } from "@eddy/compute/training-graph";
import type { SideInput } from "./batches.ts";
import { type Activation, type LayerSpec, layerTable } from "./layers.ts";

/** A chain of dense layers: its tensors, their first values, and its graph. */
export interface Network {
  readonly inputWidth: number;
  readonly layers: readonly LayerSpec[];
  readonly parameters: readonly TensorSpec[];
  /** Running means and variances. */
  readonly buffers: readonly TensorSpec[];
  /** The weight matrices, which penalties are for. */
  readonly weightNames: readonly string[];
  /** Masks of dropout, drawn anew for each batch. */
  readonly masks: readonly SideInput[];
  initial(initialiser: Initialiser, random: () => number): Record<string, Float32Array>;
  /** The output of each layer by its name, as a trained net gives it. */
  forward(tape: Tape, x: Value, values: StepValues): ReadonlyMap<string, Value>;
  /** The same in training: by the batch's own mean and variance, with dropout. */
  train(
    tape: Tape,
    x: Value,
    values: StepValues,
  ): { readonly outputs: ReadonlyMap<string, Value>; readonly buffers: Readonly<Record<string, Value>> };
}

const of = {
  weights: ({ name }: LayerSpec) => `${name}/weights`,
  bias: ({ name }: LayerSpec) => `${name}/bias`,
  scale: ({ name }: LayerSpec) => `${name}/scale`,
  shift: ({ name }: LayerSpec) => `${name}/shift`,
  mean: ({ name }: LayerSpec) => `${name}/running_mean`,
  variance: ({ name }: LayerSpec) => `${name}/running_variance`,
  mask: ({ name }: LayerSpec) => `${name}/dropout`,
};

const activations: Record<Activation, (tape: Tape, x: Value) => Value> = {
  linear: (_, x) => x,
  relu,
  sigmoid,
};

/** @throws RangeError where two layers have one name */
export function createNetwork(inputWidth: number, layers: readonly LayerSpec[]): Network {
  if (new Set(layers.map(({ name }) => name)).size < layers.length) throw new RangeError("two layers have one name");
  const table = layerTable(inputWidth, layers);
  const normal = layers.filter((layer) => layer.batchNorm);
  const dropping = layers.filter(({ dropout = 0 }) => dropout > 0);
  return {
    inputWidth,
    layers,
    parameters: layers.flatMap((layer, at) => [
      { name: of.weights(layer), shape: [table[at]!.inputs, layer.units] },
      { name: of.bias(layer), shape: [layer.units] },
      ...(layer.batchNorm ? [of.scale(layer), of.shift(layer)].map((name) => ({ name, shape: [layer.units] })) : []),
    ]),
    buffers: normal.flatMap((layer) =>
      [of.mean(layer), of.variance(layer)].map((name) => ({ name, shape: [layer.units] })),
    ),
    weightNames: layers.map(of.weights),
    masks: dropping.map((layer) => ({ name: of.mask(layer), width: layer.units, fill: maskFill(layer.dropout!) })),
    initial(initialiser, random) {
      const tensors: Record<string, Float32Array> = {};
      for (const [at, layer] of layers.entries()) {
        const { inputs, units } = table[at]!;
        tensors[of.weights(layer)] = initialiser.weights(inputs, units, random);
        tensors[of.bias(layer)] = initialiser.bias(inputs, units, random);
        if (!layer.batchNorm) continue;
        tensors[of.scale(layer)] = new Float32Array(units).fill(1);
        tensors[of.shift(layer)] = new Float32Array(units);
        tensors[of.mean(layer)] = new Float32Array(units);
        tensors[of.variance(layer)] = new Float32Array(units).fill(1);
      }
      return tensors;
    },
    forward(tape, x, values) {
      const outputs = new Map<string, Value>();
      let value = x;
      for (const layer of layers) {
        value = affine(tape, value, values.tensor(of.weights(layer)), values.tensor(of.bias(layer)));
        if (layer.batchNorm) value = batchNorm(tape, value, normalOf(layer, values));
        value = activations[layer.activation](tape, value);
        outputs.set(layer.name, value);
      }
      return outputs;
    },
    train(tape, x, values) {
      const outputs = new Map<string, Value>();
      const buffers: Record<string, Value> = {};
      let value = x;
      for (const layer of layers) {
        value = affine(tape, value, values.tensor(of.weights(layer)), values.tensor(of.bias(layer)));
        if (layer.batchNorm) {
          const normalised = batchNormTraining(tape, value, normalOf(layer, values));
          value = normalised.output;
          buffers[of.mean(layer)] = normalised.runningMean;
          buffers[of.variance(layer)] = normalised.runningVariance;
        }
        value = activations[layer.activation](tape, value);
        if (dropping.includes(layer)) value = mul(tape, value, values.input(of.mask(layer)));
        outputs.set(layer.name, value);
      }
      return { outputs, buffers };
    },
  };
}

const normalOf = (layer: LayerSpec, { tensor }: StepValues): BatchNormValues => ({
  scale: tensor(of.scale(layer)),
  shift: tensor(of.shift(layer)),
  runningMean: tensor(of.mean(layer)),
  runningVariance: tensor(of.variance(layer)),
});

/** 0 for a dropped unit, 1 / (1 − share) for one that stays (N. Srivastava et al., JMLR 15, 2014; inverted). */
const maskFill =
  (share: number): SideInput["fill"] =>
  (_, into, random) => {
    for (let i = 0; i < into.length; i++) into[i] = random() < share ? 0 : 1 / (1 - share);
  };
