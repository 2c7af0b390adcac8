/** A report with a block of each kind, for tests and for looking at. */
import type { Chart, Scatter } from "./chart.ts";
import type { Picture, Report } from "./report.ts";

/** Numbers in [0, 1), the same every time (mulberry32). */
export function sampleRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `n` points in round heaps, a twentieth of them noise. */
export function sampleScatter(n: number, groups: readonly string[], seed = 1): Scatter {
  const random = sampleRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const [x, y, group] = [new Float32Array(n), new Float32Array(n), new Int32Array(n)];
  for (let at = 0; at < n; at++) {
    const of = Math.floor(random() * groups.length);
    const angle = (2 * Math.PI * of) / groups.length;
    group[at] = random() < 0.05 ? -1 : of;
    x[at] = 30 * Math.cos(angle) + 9 * normal();
    y[at] = 30 * Math.sin(angle) + 9 * normal();
  }
  return { kind: "scatter", x, y, groups, group };
}

const classes = ["World", "Sports", "Business", "Sci/Tech"];

const loss = (start: number, end: number) =>
  Array.from({ length: 25 }, (_, epoch) => [epoch + 1, end + (start - end) * Math.exp(-epoch / 4)] as const);

export const sampleCharts: { readonly [Kind in Chart["kind"]]: Extract<Chart, { kind: Kind }> } = {
  scatter: sampleScatter(2000, classes),
  lines: {
    kind: "lines",
    xTitle: "epoch",
    yTitle: "reconstruction error (MSE)",
    series: [
      { name: "training", points: loss(0.0232, 0.0148) },
      { name: "validation", points: loss(0.0205, 0.0172) },
      {
        name: "published, validation",
        points: [
          [1, 0.0205],
          [25, 0.0176],
        ],
        dashed: true,
      },
    ],
  },
  bars: {
    kind: "bars",
    categories: ["under 15", "15 to 29", "30 to 44", "45 and more"],
    valueTitle: "purity",
    series: [
      { name: "K-Means", values: [0.61, 0.79, 0.84, 0.86], errors: [0.02, 0.01, 0.01, 0.004] },
      { name: "DEC", values: [0.58, 0.77, 0.82, null], errors: [0.03, 0.01, 0.01, null] },
    ],
  },
  histogram: {
    kind: "histogram",
    xTitle: "words",
    yTitle: "documents",
    series: [{ name: "all", values: Float32Array.from(sampleScatter(3000, ["one"], 7).x, (value) => 50 + value / 2) }],
  },
  heatmap: {
    kind: "heatmap",
    rowTitle: "class",
    columnTitle: "cluster",
    rows: classes,
    columns: ["0", "1", "2", "3"],
    counts: [
      [1104, 41, 62, 43],
      [12, 1229, 4, 5],
      [66, 9, 921, 254],
      [71, 17, 183, 979],
    ],
  },
  layers: {
    kind: "layers",
    boxes: [
      { name: "input", units: 500 },
      { name: "encoder_1", units: 1024, note: "ReLU", parameters: 513024 },
      { name: "encoder_2", units: 512, note: "ReLU", parameters: 524800 },
      { name: "encoder_3", units: 256, note: "ReLU", parameters: 131328 },
      { name: "bottleneck_layer", units: 10, parameters: 2570, emphasis: true },
      { name: "decoder_1", units: 256, note: "ReLU", parameters: 2816 },
      { name: "decoder_2", units: 512, note: "ReLU", parameters: 131584 },
      { name: "decoder_3", units: 1024, note: "ReLU", parameters: 525312 },
      { name: "output", units: 500, parameters: 512500 },
    ],
  },
};

const titles: Readonly<Record<Chart["kind"], string>> = {
  scatter: "The plane",
  lines: "Loss by epoch",
  bars: "Purity by length",
  histogram: "Words",
  heatmap: "Confusion of classes",
  layers: "The network",
};

export function samplePicture(chart: Chart, name: string = chart.kind): Picture {
  return {
    kind: "picture",
    name,
    title: titles[chart.kind],
    caption: "What is drawn.",
    alt: `${name} with <four> groups`,
    chart,
  };
}

export const sampleReport: Report = {
  experiment: "sample",
  title: "Clusters of <news> & more",
  source: { title: "A write-up", authors: "A. Author and B. Author", published: "2024" },
  summary: [
    "K-Means on the embeddings reaches a purity of 0.840, above the published 0.78.",
    "DEC comes close and squeezes its own space: its silhouette says little about the clusters.",
  ],
  goals: [
    { name: "purity, mean of 5 seeds", wanted: "≥ 0.815", got: "0.822", met: true },
    { name: "smallest cluster", wanted: "≥ 15 %", got: "11.2 %", met: false },
    { name: "whole run", wanted: "≤ 90 min", got: "a small sample only", met: null },
  ],
  sections: [
    {
      title: "Clusters",
      blocks: [
        { kind: "prose", text: "Four clusters are found.\n\nThey are compared with the labels." },
        { kind: "note", about: "choice", text: "The write-up gives no seed: ours are 0 to 4." },
        { kind: "note", about: "wrong", text: "ARI is called an intrinsic metric; it needs labels." },
        { kind: "note", about: "limit", text: "all-mpnet-base-v2 could not be had." },
        {
          kind: "table",
          title: "Agreement with the labels",
          columns: [
            { title: "method" },
            { title: "purity" },
            { title: "ARI" },
            { title: "documents" },
            { title: "published" },
          ],
          rows: [
            { cells: ["K-Means", { mean: 0.84, std: 0.0012, n: 5 }, 0.6349, 5000, null] },
            { cells: ["DEC", { mean: 0.8224, std: 0.0101, n: 5 }, 0.6, 5000, 0.78], emphasis: true },
            { cells: ["TF-IDF <b>", { mean: 0.38, percent: true }, -0.01, 5000, "none"] },
          ],
          caption: "Mean ± standard deviation over 5 seeds.",
        },
        samplePicture(sampleCharts.heatmap),
        samplePicture(sampleCharts.bars),
      ],
    },
    {
      title: "Pictures",
      blocks: [
        samplePicture(sampleCharts.lines),
        samplePicture(sampleCharts.histogram),
        { ...samplePicture(sampleCharts.scatter), width: "page" },
        samplePicture(sampleCharts.layers),
      ],
    },
  ],
  facts: { command: "eddy reproduce sample --seeds 5", machine: "2 cores, 8 GB", took: "3:07 min" },
};
