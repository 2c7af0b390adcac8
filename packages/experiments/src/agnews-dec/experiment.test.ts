import { checkReport } from "@eddy/report/check-report";
import type { Block, Table } from "@eddy/report/report";
import { beforeAll, expect, it } from "vitest";
import { deepClusters } from "../frame/deep-clusters.ts";
import type { Findings } from "../frame/experiment.ts";
import { createFakeRun, groupedTexts, groupLabels } from "../frame/grouped-fixture.ts";
import { reportOn } from "./experiment.ts";
import type { Material } from "./material.ts";
import { plainText } from "./plain-text.ts";
import { publishedSettings } from "./settings.ts";

const SEED = 11;
const grouped = groupedTexts(120, 12, SEED);
const seeds = [0, 1];
const run = createFakeRun();
const settings = {
  ...publishedSettings,
  ...{ sizes: [32, 8], epochs: 20, clusteringEpochs: 3, learningRate: 0.003, batchSize: 16 },
};
let findings: Findings;

beforeAll(async () => {
  const { vectors: input, ...columns } = grouped;
  const news = {
    ...columns,
    plain: columns.texts.map(plainText),
    titles: columns.texts.map(() => "a title"),
    ...{ classes: groupLabels, outOf: 1_000, fixed: false },
  };
  const runs: Material["runs"][number][] = [];
  // The hybrid row asks for embeddings: without a model there are none, so the features are said to be others.
  const words = { ...run, options: { ...run.options, features: "hybrid" as const } };
  for (const seed of seeds) runs.push(await deepClusters(words, "vectors", input, settings, seed));
  findings = await reportOn({ run: words, news, input, inputName: "vectors", settings, seeds, runs });
}, 120_000);

const tables = (): readonly Table[] =>
  findings.sections.flatMap(({ blocks }) => blocks.filter((block): block is Table => block.kind === "table"));
const tableOf = (title: string): Table => tables().find((one) => one.title === title)!;
const notes = (about: string) =>
  findings.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block: Block) => (block.kind === "note" && block.about === about ? [block.text] : [])),
  );

it("makes a report that can be written, in the order of the write-up", () => {
  checkReport({ ...findings, facts: {} });
  expect(findings.sections.map(({ title }) => title)).toEqual([
    "The data",
    "The network",
    "Training",
    "Against the classes",
    "Silhouettes",
    "TF-IDF and its 0.38",
    "Before and after, seen",
    "What goes wrong",
    "What the clusters speak of",
    "What it leaves out: normalisation, dropout, penalties",
    "Collapse, and memory",
  ]);
});

it("finds the groups by DEC, and scores the stream by what it gave", () => {
  const { rows } = tableOf("Agreement with the classes");
  const purity = (name: string) => rows.find(({ cells }) => cells[0] === name)!.cells[1] as { readonly mean: number };
  expect(purity("DEC on vectors").mean).toBeGreaterThan(0.95);
  expect(purity("Eddy, streamed once: as given")).toMatchObject({ mean: 1, n: 1 });
});

it("says what is wrong: labels, parameters left alone at another width, the silhouette, ARI, the ratio", () => {
  const wrongs = notes("wrong").join("\n");
  for (const word of ["labels", "silhouette of 0.52", "ARI", "Improved separation by 37 %"]) {
    expect(wrongs).toContain(word);
  }
  expect(wrongs).not.toContain("279,744");
});

it("holds its silhouettes against noise", () => {
  const { columns, rows } = tableOf("Silhouettes in three spaces");
  expect(columns.map(({ title }) => title)).toEqual(["clusters", "space", "published", "vectors", "random directions"]);
  const [, , , texts, noise] = rows.at(-1)!.cells as { readonly mean: number }[];
  expect(texts!.mean).toBeGreaterThan(noise!.mean);
});

it("has the detector's verdict on each seed, and on a run at a ruinous rate", () => {
  const rows = tableOf("Collapsed clusters").rows.map(({ cells }) => [cells[0], cells.at(-1)]);
  expect(rows.slice(0, 2)).toEqual(seeds.map((seed) => [`DEC, seed ${seed}`, "sound"]));
  expect(rows[2]![0]).toBe("DEC, seed 0, at a learning rate of 0.3");
  expect(rows).toHaveLength(3);
});

it("judges no goal on another input or a small sample", () => {
  expect(findings.goals.map(({ met }) => met)).toEqual([null, null, null, null]);
});

it("names its steps for people, and does none twice", () => {
  expect(run.steps).toContain("DEC on vectors, seed 1");
  const named = run.steps.filter((step) => /autoencoder|DEC|UMAP|t-SNE/.test(step));
  expect(named.filter((step) => step.startsWith("autoencoder of vectors, seed"))).toHaveLength(2);
});
