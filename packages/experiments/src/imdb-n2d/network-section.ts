import type { Autoencoder } from "@eddy/deep/autoencoder";
import { exportEncoder } from "@eddy/deep/encoder";
import { autoencoderLayers, BOTTLENECK, type LayerRow, layerTable, parameterCount } from "@eddy/deep/layers";
import type { Picture, Row, Section } from "@eddy/report/report";
import { prose, table } from "../frame/blocks.ts";
import { layoutOf } from "./network.ts";
import { published } from "./published.ts";

const whole = (value: number) => ({ mean: value, digits: 0 });

/** Of the network whose summary is printed. */
export function summaryOf(inputs: number): readonly LayerRow[] {
  return layerTable(inputs, autoencoderLayers(layoutOf(inputs)));
}

export function networkSection({ network, weights }: Autoencoder): Section {
  const summary = summaryOf(network.inputWidth);
  const rows = summary.map(({ name, units, trainable }, at): Row => {
    const theirs = published.layers[at]!;
    return {
      cells: [name, whole(units), whole(trainable), whole(theirs.units), whole(theirs.parameters)],
      emphasis: name === BOTTLENECK,
    };
  });
  const all = ["all", null, whole(parameterCount(summary)), null, whole(published.parameters)];
  const { byteLength } = exportEncoder(network, weights, BOTTLENECK);
  return {
    title: "The network",
    blocks: [
      table("Layers", ["layer", "units", "parameters", "units, published", "parameters, published"], [...rows, all]),
      diagram(network.inputWidth, summary),
      prose(
        `The layer named ${BOTTLENECK} is taken out of the trained network by its name, as in the write-up: an ordinary ONNX model of ${(byteLength / 1e6).toFixed(1)} MB from counts to codes.`,
      ),
    ],
  };
}

function diagram(inputs: number, summary: readonly LayerRow[]): Picture {
  const linear = new Set([BOTTLENECK, "output"]);
  return {
    kind: "picture",
    name: "network",
    title: "The autoencoder",
    caption: "Units of each layer, and on the arrows what is learnt.",
    alt: `A tower of boxes: ${inputs} counts narrow to ${summary.find(({ name }) => name === BOTTLENECK)!.units} numbers and widen again.`,
    chart: {
      kind: "layers",
      boxes: [
        { name: "counts", units: inputs },
        ...summary.map(({ name, units, trainable }) => ({
          ...{ name, units, parameters: trainable, emphasis: name === BOTTLENECK },
          ...(!linear.has(name) && { note: "ReLU" }),
        })),
      ],
    },
  };
}
