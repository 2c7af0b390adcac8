import { autoencoderLayers, BOTTLENECK, type LayerRow, layerTable, parameterCount } from "@eddy/deep/layers";
import type { LayerBox } from "@eddy/report/chart";
import type { Section } from "@eddy/report/report";
import { choice, prose, table, wrong } from "../frame/blocks.ts";
import { layoutOf } from "../frame/deep-clusters.ts";
import type { Material } from "./material.ts";
import { PUBLISHED_WIDTH, published } from "./published.ts";

export function networkSection({ input, settings }: Pick<Material, "input" | "settings">): Section {
  const layers = autoencoderLayers(layoutOf(input, settings));
  const rows = layerTable(input.width, layers);
  const all = parameterCount(rows);
  const boxes: LayerBox[] = [
    { name: "input", units: input.width, note: "a text's vector" },
    ...rows.map(({ name, units, trainable }, at) => ({
      name,
      units,
      note: layers[at]!.activation === "relu" ? "ReLU" : "linear",
      parameters: trainable,
      emphasis: name === BOTTLENECK,
    })),
  ];
  const sizes = [input.width, ...settings.sizes].join("-");
  return {
    title: "The network",
    blocks: [
      {
        kind: "picture",
        name: "network",
        title: "The autoencoder",
        caption: `${sizes} and back. The decoder is used in the first training only; DEC puts it away.`,
        alt: `Seven boxes in a row, narrowing from ${input.width} units to ${settings.sizes.at(-1)} and widening again.`,
        width: "page",
        chart: { kind: "layers", boxes },
      },
      table(
        "Parameters, layer by layer",
        ["layer", "inputs × outputs + biases", "parameters"],
        [
          ...rows.map((row) => [row.name, derivation(row), row.trainable]),
          { cells: ["all", null, all], emphasis: true },
          ...(input.width === PUBLISHED_WIDTH ? [["all, published", null, published.parameters]] : []),
        ],
      ),
      ...(input.width === PUBLISHED_WIDTH
        ? [
            wrong(
              `By the write-up's own formula its six layers have ${all.toLocaleString("en")} parameters, not ${published.parameters.toLocaleString("en")}: the ${all - published.parameters} that are missing are the biases of one layer of ${all - published.parameters} units.`,
            ),
          ]
        : []),
      prose(
        "Batch normalisation, dropout, L1 and L2 are not used, as in the write-up; what they do is shown further below.",
      ),
      choice(
        "Activations are not printed: ReLU in the hidden layers, code and output linear. First weights are PyTorch's, U(±1/√inputs).",
      ),
    ],
  };
}

export const derivation = ({ inputs, units }: Pick<LayerRow, "inputs" | "units">): string =>
  `${inputs} × ${units} + ${units}`;
