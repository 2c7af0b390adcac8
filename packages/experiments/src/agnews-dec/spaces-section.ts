import type { Section } from "@eddy/report/report";
import { choice, prose, table, wrong } from "../frame/blocks.ts";
import { type DeepClusters, deepClusters } from "../frame/deep-clusters.ts";
import { judgedIn } from "../frame/judged.ts";
import { kMeans } from "../frame/k-means.ts";
import { figureOf } from "../frame/scores.ts";
import type { Material } from "./material.ts";
import { randomDirections } from "./noise.ts";
import { published } from "./published.ts";
import { K } from "./settings.ts";
import { type Squeezed, squeezing } from "./squeezing.ts";

type Run = Material["run"];

/** Silhouettes, a seed each. */
export interface Silhouettes {
  /** K-Means on the input, in the input. */
  readonly plain: readonly number[];
  /** DEC's clusters in the input. */
  readonly input: readonly number[];
  /** K-Means on the codes, in them. */
  readonly before: readonly number[];
  /** DEC's clusters, in its codes. */
  readonly after: readonly number[];
}

export interface Spaces {
  readonly texts: Silhouettes;
  readonly noise: Silhouettes;
  readonly epochs: readonly Squeezed[];
}

export async function measureSpaces(material: Material): Promise<Spaces> {
  const { run, input, seeds, settings, runs } = material;
  const noise = randomDirections(input.count, input.width, 0);
  const noiseSeeds = seeds.slice(0, 1);
  const control: DeepClusters[] = [];
  for (const seed of noiseSeeds) control.push(await deepClusters(run, "random directions", noise, settings, seed));
  return {
    texts: await silhouettesOf(run, input, runs, seeds),
    noise: await silhouettesOf(run, noise, control, noiseSeeds),
    epochs: await squeezing(material, seeds[0]!),
  };
}

async function silhouettesOf(
  run: Run,
  input: Material["input"],
  runs: readonly DeepClusters[],
  seeds: readonly number[],
): Promise<Silhouettes> {
  const found = { plain: [] as number[], input: [] as number[], before: [] as number[], after: [] as number[] };
  const judge = async (...of: Parameters<typeof judgedIn>) => (await judgedIn(...of)).silhouette ?? Number.NaN;
  for (const [at, { before, start, after, clusters }] of runs.entries()) {
    found.plain.push(await judge(run, input, await kMeans(run, input, K, seeds[at]!)));
    found.input.push(await judge(run, input, clusters));
    found.before.push(await judge(run, before, start));
    found.after.push(await judge(run, after, clusters));
  }
  return found;
}

export function spacesSection({ input, inputName, settings }: Material, { texts, noise, epochs }: Spaces): Section {
  const code = settings.sizes.at(-1)!;
  const rows = [
    ["K-Means on the input", `input, ${input.width} wide`, "plain"],
    ["DEC", `input, ${input.width} wide`, "input"],
    ["K-Means on the codes", `codes before DEC, ${code} wide`, "before"],
    ["DEC", `codes after DEC, ${code} wide`, "after"],
  ] as const;
  const nearest = nearestTo(epochs, published.silhouette);
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  const series = (name: string, of: Silhouettes) => ({
    name,
    values: rows.map(([, , key]) => figureOf(of[key]).mean),
    errors: rows.map(([, , key]) => figureOf(of[key]).std ?? null),
  });
  return {
    title: "Silhouettes",
    blocks: [
      table(
        "Silhouettes in three spaces",
        ["clusters", "space", "published", inputName, "random directions"],
        rows.map(([clusters, space, key]) => ({
          cells: [
            clusters,
            space,
            key === "after" ? published.silhouette : null,
            figureOf(texts[key]),
            figureOf(noise[key]),
          ],
          emphasis: key === "after",
        })),
        "Exact, Euclidean. The control: as many random unit vectors of the same width, which have no clusters at all, through the same autoencoder and DEC.",
      ),
      {
        kind: "picture",
        name: "silhouettes",
        title: "Silhouettes, and the control on noise",
        caption: `The same clusters judged in each space. On random directions DEC's silhouette is ${figureOf(noise.after).mean.toFixed(2)}, where there is nothing to find.`,
        alt: `Bars near 0 in the input and before DEC; after DEC ${figureOf(texts.after).mean.toFixed(2)} for the texts and ${figureOf(noise.after).mean.toFixed(2)} for random directions.`,
        width: "page",
        chart: {
          kind: "bars",
          categories: ["K-Means, input", "DEC, input", "K-Means, codes before", "DEC, codes after"],
          valueTitle: "silhouette",
          series: [series(inputName, texts), series("random directions", noise)],
        },
      },
      {
        kind: "picture",
        name: "squeezing",
        title: "DEC, epoch by epoch",
        caption: "Silhouette of the clusters in the codes, and purity, after each epoch of DEC; seed 0.",
        alt: `The silhouette climbs from ${first.silhouette.toFixed(2)} to ${last.silhouette.toFixed(2)}; the purity stays at ${last.purity.toFixed(2)}.`,
        chart: {
          kind: "lines",
          xTitle: "epochs of DEC",
          yTitle: "silhouette, purity",
          series: [
            { name: "silhouette", points: epochs.map(({ epoch, silhouette }) => [epoch, silhouette]) },
            { name: "purity", points: epochs.map(({ epoch, purity }) => [epoch, purity]) },
            {
              name: "published silhouette",
              dashed: true,
              points: [first, last].map(({ epoch }) => [epoch, published.silhouette]),
            },
          ],
        },
      },
      wrong(
        `A silhouette of ${published.silhouette} does not show clusters of the texts. In the input, where nothing was squeezed, the same clusters have ${figureOf(texts.input).mean.toFixed(3)}; in DEC's codes they have ${figureOf(texts.after).mean.toFixed(2)}, and the same squeezing of pure noise gives ${figureOf(noise.after).mean.toFixed(2)}.`,
      ),
      prose(
        `During DEC's epochs the silhouette goes from ${first.silhouette.toFixed(2)} to ${last.silhouette.toFixed(2)} while the purity goes from ${first.purity.toFixed(3)} to ${last.purity.toFixed(3)}. Nearest to ${published.silhouette} is ${nearest.silhouette.toFixed(2)}, after ${nearest.epoch === 1 ? "one epoch" : `${nearest.epoch} epochs`}: such a number says how long DEC was trained.`,
      ),
      wrong(
        "The write-up lists ARI among intrinsic metrics, for when there are no labels. It is none: ARI compares with labels. Silhouette and Davies-Bouldin need none.",
      ),
      choice(
        "The write-up does not say in which space, with which distance or on how many points its silhouettes are taken.",
      ),
    ],
  };
}

export function nearestTo(epochs: readonly Squeezed[], silhouette: number): Squeezed {
  const off = (one: Squeezed) => Math.abs(one.silhouette - silhouette);
  return epochs.reduce((best, one) => (off(one) < off(best) ? one : best));
}
