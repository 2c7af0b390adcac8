import { expect, it } from "vitest";
import { sampleCharts, samplePicture, sampleReport } from "./sample-report.ts";
import { toJson } from "./to-json.ts";

it("is plain data: its text gives it back", () => {
  const json = toJson(sampleReport);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({ format: 1, experiment: "sample", goals: sampleReport.goals, facts: sampleReport.facts });
});

it("keeps figures, and makes null of what is no number", () => {
  const cells = [
    "a",
    1,
    null,
    { mean: 0.8224, std: 0.01, n: 5, digits: 2 },
    Number.NaN,
    { mean: Number.NaN, unit: "s" },
  ];
  const columns = cells.map((_, at) => ({ title: `c${at}` }));
  const table = { kind: "table" as const, title: "t", columns, rows: [{ cells }] };
  const json = toJson({ ...sampleReport, sections: [{ title: "s", blocks: [table] }] });
  expect(json.sections[0]!.blocks[0]).toEqual({
    kind: "table",
    title: "t",
    columns: ["c0", "c1", "c2", "c3", "c4", "c5"],
    rows: [
      {
        cells: ["a", 1, null, { mean: 0.8224, std: 0.01, n: 5 }, null, { mean: null, unit: "s" }],
        emphasis: false,
      },
    ],
  });
});

it("counts the points of a scatter and the values of a histogram, and names the files", () => {
  const x = Float32Array.of(1, 2, 3, 4);
  const group = Int32Array.of(1, -1, 1, 0);
  const scatter = samplePicture({ kind: "scatter", x, y: x, groups: ["a", "b"], group }, "plane");
  const blocks = [scatter, samplePicture(sampleCharts.histogram), samplePicture(sampleCharts.heatmap)];
  const json = toJson({ ...sampleReport, sections: [{ title: "s", blocks }] }).sections[0]!.blocks;
  expect(json[0]).toMatchObject({
    files: { svg: "sample/plane.svg", png: "sample/plane.png" },
    chart: {
      kind: "scatter",
      groups: [
        { name: "a", points: 1 },
        { name: "b", points: 2 },
      ],
      noise: 1,
    },
  });
  expect(json[1]).toMatchObject({ chart: { kind: "histogram", series: [{ name: "all", values: 3000 }] } });
  expect(json[2]).toMatchObject({ chart: sampleCharts.heatmap });
});
