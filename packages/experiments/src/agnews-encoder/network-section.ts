import type { EpochLoss } from "@eddy/deep/autoencoder";
import { autoencoderLayers, BOTTLENECK, layerTable, parameterCount } from "@eddy/deep/layers";
import type { Section } from "@eddy/report/report";
import { choice, table, wrong } from "../frame/blocks.ts";
import { figureOf } from "../frame/scores.ts";
import { layoutOf, training } from "./settings.ts";

export function networkSection(width: number, curves: readonly (readonly EpochLoss[])[]): Section {
  const layers = autoencoderLayers(layoutOf(width));
  const rows = layerTable(width, layers);
  const encoder = rows.slice(0, layers.findIndex(({ name }) => name === BOTTLENECK) + 1);
  const errors = curves.map((curve) => curve.map(({ error }) => error));
  return {
    title: "The encoder, and how it is trained",
    blocks: [
      {
        kind: "picture",
        name: "network",
        title: "The encoder and its mirror",
        caption: "The write-up's encoder up to the bottleneck; the decoder is ours and only trains it.",
        alt: `Five boxes in a row: ${width} units, 128, 64 in the middle, 128, and ${width} again.`,
        width: "page",
        chart: {
          kind: "layers",
          boxes: [
            { name: "input", units: width, note: "a text's vector" },
            ...rows.map(({ name, units, trainable }, at) => ({
              name,
              units,
              note: layers[at]!.activation === "relu" ? "ReLU" : "linear",
              parameters: trainable,
              emphasis: name === BOTTLENECK,
            })),
          ],
        },
      },
      table(
        "Parameters",
        ["layer", "inputs × outputs + biases", "parameters"],
        [
          ...rows.map(({ name, inputs, units, trainable }) => [name, `${inputs} × ${units} + ${units}`, trainable]),
          { cells: ["the encoder", null, parameterCount(encoder)], emphasis: true },
          ["with the decoder", null, parameterCount(rows)],
        ],
        "The write-up counts none.",
      ),
      wrong(
        '"Once the model was trained": nothing in the write-up trains it. There is no decoder, no loss and no loop; what it lists runs on the encoder\'s random first weights. Both are shown below.',
      ),
      choice(
        `Trained as an autoencoder, since it calls its structure "similar to an autoencoder": ${curves[0]!.length} epochs, batches of ${training.batchSize}, Adam at ${training.adam.learningRate}, mean squared error, PyTorch's first weights.`,
      ),
      {
        kind: "picture",
        name: "loss",
        title: "Training",
        caption: "Mean squared error a value, the mean over each epoch's batches.",
        alt: "The error falls steeply in the first epochs, then levels out; seeds hardly differ.",
        chart: {
          kind: "lines",
          xTitle: "epoch",
          yTitle: "mean squared error",
          series: errors.map((curve, seed) => ({
            name: `seed ${seed}`,
            points: curve.map((value, at) => [at + 1, value] as const),
          })),
        },
      },
      table("Loss", ["", "first epoch", "last epoch"], [["mean squared error", lossAt(errors, 0), lossAt(errors, -1)]]),
    ],
  };
}

const lossAt = (curves: readonly (readonly number[])[], at: number) =>
  figureOf(
    curves.map((curve) => curve.at(at)!),
    5,
  );
