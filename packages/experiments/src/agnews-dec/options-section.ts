import type { Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import type { DeepSettings } from "../frame/deep-clusters.ts";
import { figureOf, SCORE_TITLES, scoreCells } from "../frame/scores.ts";
import type { Material } from "./material.ts";
import { deepMethod, FEWER_SEEDS, type Method, rivalSeeds } from "./methods.ts";
import { meanPurity } from "./methods-section.ts";

/** What the write-up says can be added, and what stands in PyTorch for it. */
const options: readonly { readonly name: string; readonly changes: Partial<DeepSettings> }[] = [
  { name: "batch normalisation behind every hidden layer", changes: { batchNorm: true } },
  { name: "dropout of 0.1 behind every hidden layer", changes: { dropout: 0.1 } },
  { name: "L1 of 1e-8 on the weights", changes: { penalties: { l1: 1e-8 } } },
  { name: "L2 of 1e-7 on the weights", changes: { penalties: { l2: 1e-7 } } },
  { name: "L2 of 5e-6 on the weights", changes: { penalties: { l2: 5e-6 } } },
];

/** A quick run tries the first ones. */
const QUICK_OPTIONS = 2;

export async function tryOptions(material: Material): Promise<readonly Method[]> {
  const methods: Method[] = [];
  const some = material.run.options.quick ? options.slice(0, QUICK_OPTIONS) : options;
  for (const { name, changes } of some) {
    const of = `${material.inputName}, ${name}`;
    methods.push(await deepMethod(material, { name, of, changes, most: FEWER_SEEDS }));
  }
  return methods;
}

export function optionsSection(material: Material, dec: Method, tried: readonly Method[]): Section {
  const best = tried.reduce((a, b) => (meanPurity(b) > meanPurity(a) ? b : a));
  return {
    title: "What it leaves out: normalisation, dropout, penalties",
    blocks: [
      table(
        "DEC with each option",
        ["", ...SCORE_TITLES, "silhouette of the codes"],
        [
          {
            cells: ["none of them, as published", ...scoreCells(dec.scores), figureOf(dec.silhouettes)],
            emphasis: true,
          },
          ...tried.map(({ name, scores, silhouettes }) => [name, ...scoreCells(scores), figureOf(silhouettes)]),
        ],
        `Seeds: ${rivalSeeds(material, FEWER_SEEDS).join(", ")}. Batch normalisation and dropout are kept in DEC; L1 and L2 are of the autoencoder's training.`,
      ),
      prose(
        meanPurity(best) > meanPurity(dec)
          ? `Best by mean purity is ${best.name}: ${meanPurity(best).toFixed(3)}, where DEC without has ${meanPurity(dec).toFixed(3)}.`
          : "None of them raises the mean purity.",
      ),
      choice(
        "Rates are not given. L2 of 5e-6 is what a weight decay of 1e-5 does in PyTorch's Adam, a usual one; the error of unit vectors is so small (0.002 a value) that such a penalty outweighs it and the codes die. The lower rates leave the error its say. `eddy tune` tries more.",
      ),
    ],
  };
}
