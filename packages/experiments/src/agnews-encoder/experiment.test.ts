import { checkReport } from "@eddy/report/check-report";
import type { Table } from "@eddy/report/report";
import { beforeAll, expect, it } from "vitest";
import type { Findings } from "../frame/experiment.ts";
import { createFakeRun, groupedTexts, groupLabels } from "../frame/grouped-fixture.ts";
import { reportOn } from "./experiment.ts";

const SEED = 12;
const { vectors, ...columns } = groupedTexts(160, 12, SEED);
const run = createFakeRun({ seeds: 1 });
let findings: Findings;

beforeAll(async () => {
  findings = await reportOn(run, { ...columns, classes: groupLabels, outOf: 1_000, fixed: false }, vectors);
}, 120_000);

const tableOf = (title: string): Table =>
  findings.sections
    .flatMap(({ blocks }) => blocks)
    .find((block): block is Table => block.kind === "table" && block.title === title)!;

it("makes a report that can be written", () => {
  checkReport({ ...findings, facts: {} });
  expect(findings.sections.map(({ title }) => title)).toEqual([
    "The data",
    "The encoder, and how it is trained",
    "Clusters",
    "Seen",
  ]);
  expect(findings.goals.map(({ met }) => met)).toEqual([null, null]);
});

it("counts the encoder apart from the decoder that trains it", () => {
  const { rows } = tableOf("Parameters");
  // 12·128 + 128 and 128·64 + 64; the decoder 64·128 + 128 and 128·12 + 12.
  expect(rows.slice(-2).map(({ cells }) => cells[2])).toEqual([1_664 + 8_256, 1_664 + 8_256 + 8_320 + 1_548]);
});

it("has the untrained encoder, the trained one, no encoder and the stream side by side", () => {
  const { rows } = tableOf("Against the classes, and without them");
  expect(rows.map(({ cells }) => cells[0])).toEqual([
    "published",
    "encoder, untrained",
    "encoder, trained",
    "K-Means on MiniLM itself",
    "Eddy, streamed once: as given",
    "Eddy, streamed once: after its last sweep",
  ]);
  const purity = (row: number) => (rows[row]!.cells[1] as { readonly mean: number }).mean;
  expect([purity(3), purity(4)]).toEqual([1, 1]);
  expect(rows[0]!.cells.slice(1, -1)).toEqual(new Array(6).fill(null));
});

it("trains once for each seed", () => {
  expect(run.steps.filter((step) => step.startsWith("autoencoder"))).toEqual(["autoencoder of MiniLM, seed 0"]);
});
