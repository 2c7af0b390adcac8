import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Block, Section } from "@eddy/report/report";
import { createRandom } from "@eddy/runtime/random";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cache, createMemoryCache } from "../frame/cache.ts";
import type { Findings } from "../frame/experiment.ts";
import { floats, headed } from "../frame/remember.ts";
import type { Run } from "../frame/run.ts";
import { imdbN2d } from "./experiment.ts";
import { groupsOf } from "./pictures-section.ts";

const [REVIEWS, WIDTH, SEED] = [130, 8, 5];
const random = createRandom(SEED);
let data: string;
let findings: Findings;
const steps: string[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "eddy-imdb-"));
  const rows = Array.from({ length: REVIEWS }, (_, row) => {
    const words = Array.from({ length: 40 }, () => `film${random.below(200) + 200 * (row % 3)}`);
    return { id: `${row}`, text: `${words.join(" ")}<br />The end`, label: row % 2 ? "pos" : "neg", split: "train" };
  });
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  await writeFile(join(data, "imdb.jsonl.gz"), gzipSync(lines));
  findings = await imdbN2d.run(fakeRun());
}, 120_000);

afterAll(() => rm(data, { recursive: true }));

/** Embeddings and t-SNE are there already, and streaming puts the reviews in three clusters in turn. */
function fakeRun(): Run {
  const kept = createMemoryCache();
  const made = (length: number) => Float32Array.from({ length }, () => random.next() - 0.5);
  const known = new Map([
    [
      "embedded",
      headed().encode({
        header: { seconds: 1, truncated: 0, revision: "made up", maxTokens: 256, width: WIDTH },
        values: made((REVIEWS / 2) * WIDTH),
      }),
    ],
    ["tsne", floats.encode(made(REVIEWS))],
  ]);
  const cache: Cache = { ...kept, read: async (key) => known.get(key.split("-")[0]!) ?? kept.read(key) };
  return {
    options: {
      ...{ data, seeds: 1, quick: true, full: true, model: "made up" },
      ...{ modelSource: "auto", features: "minilm" },
    },
    cache,
    clock: { now: () => 0 },
    signal: new AbortController().signal,
    async stream(documents) {
      const given = new Map(documents.map(({ id }, at) => [id, `${at % 3}`]));
      return { given, settled: given, rejected: {}, seconds: 1 };
    },
    async step(name, work) {
      steps.push(name);
      return work(() => {});
    },
    say: () => {},
  };
}

const section = (title: string): Section => findings.sections.find((one) => one.title === title)!;
const titles = (blocks: readonly Block[]) => blocks.flatMap((block) => ("title" in block ? [block.title] : []));

it("has all that the write-up has, and what it lacks", () => {
  expect(findings.sections.map(({ title }) => title)).toEqual([
    "The reviews and their counts",
    "The network",
    "The loss",
    "The clusters",
    "The pictures",
    "Eddy's own way: meanings, streamed",
  ]);
  expect(titles(section("The loss").blocks)).toEqual([
    "Mean squared error a value",
    "Loss on the last 500 words",
    "Loss on the top 500 words",
    "Loss on the 5,000 words",
  ]);
  expect(titles(section("The clusters").blocks)).toHaveLength(6);
  expect(titles(section("The pictures").blocks)).toHaveLength(6);
});

it("says what a small run cannot tell", () => {
  expect(findings.goals.map(({ met }) => met)).toEqual([null, null, null]);
  expect(findings.goals.every(({ got }) => /^0\.\d{4}$/.test(got))).toBe(true);
});

it("trains on three readings, and names its steps", () => {
  expect(steps.filter((name) => name.startsWith("training"))).toEqual([
    "training on the last 500 words, seed 0",
    "training on the top 500 words, seed 0",
    "training on the 5,000 words, seed 0",
  ]);
});

it("has a cell for each column, and a colour for each point", () => {
  for (const { blocks } of findings.sections) {
    for (const block of blocks) {
      if (block.kind === "table") for (const { cells } of block.rows) expect(cells).toHaveLength(block.columns.length);
      if (block.kind !== "picture" || block.chart.kind !== "scatter") continue;
      const { x, y, group, groups } = block.chart;
      expect([x.length, y.length, group.length]).toEqual([REVIEWS / 2, REVIEWS / 2, REVIEWS / 2]);
      expect(Math.max(...group)).toBeLessThan(groups.length);
      expect([...x, ...y].every(Number.isFinite)).toBe(true);
    }
  }
});

it("shows the largest clusters by themselves and the rest as one", () => {
  const clusters = Int32Array.from([4, 4, 4, 0, 0, 1, -1]);
  expect(groupsOf(clusters)).toEqual({
    groups: ["cluster 4", "cluster 0", "cluster 1"],
    group: Int32Array.from([0, 0, 0, 1, 1, 2, -1]),
  });
  const many = groupsOf(Int32Array.from({ length: 78 }, (_, at) => Math.floor((Math.sqrt(8 * at + 1) - 1) / 2)));
  expect(many.groups).toEqual([11, 10, 9, 8, 7, 6, 5].map((cluster) => `cluster ${cluster}`).concat("5 smaller ones"));
  expect(many.group.filter((group) => group === 7)).toHaveLength(15);
});
