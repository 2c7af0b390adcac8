import { encodeGraph, type NodeSpec } from "./graph.ts";

export type Metric = "spherical" | "euclidean";

/**
 * The graph that gives each point its nearest and second nearest centre: one matrix product and a TopK.
 *
 * Inputs: `points` [n, d] and `centres` [k, d] float32, `ranks` [1] int64 = min(2, k).
 * Outputs: `distances` [n, ranks] float32, ascending, and `indices` [n, ranks] int64.
 *
 * - spherical: distance = 1 − x·c, for unit vectors (Dhillon and Modha 2001).
 * - euclidean: distance = √(‖x‖² − 2 x·c + ‖c‖²). The order needs only 2 x·c − ‖c‖², so ‖x‖² is added after TopK.
 *
 * TopK puts equal values in the order of their index, so a tie goes to the lowest. Measured for k = 4 to 500, d = 384,
 * batches of 64 to 1,024: TopK is as quick as the arg-max with a masked maximum or quicker, and quicker than taking the
 * scores out and scanning them in JavaScript from k = 100.
 */
export function encodeAssignGraph(metric: Metric, dimensions: number): Uint8Array {
  return encodeGraph({
    name: `assign-${metric}`,
    inputs: [
      { name: "points", type: "float32", shape: ["n", dimensions] },
      { name: "centres", type: "float32", shape: ["k", dimensions] },
      { name: "ranks", type: "int64", shape: [1] },
    ],
    outputs: [
      { name: "distances", type: "float32", shape: ["n", "ranks"] },
      { name: "indices", type: "int64", shape: ["n", "ranks"] },
    ],
    constants: [
      { name: "zero", type: "float32", shape: [], values: [0] },
      { name: "one", type: "float32", shape: [], values: [1] },
      { name: "two", type: "float32", shape: [], values: [2] },
      { name: "first_axis", type: "int64", shape: [1], values: [0] },
    ],
    nodes: metric === "spherical" ? spherical : euclidean,
  });
}

const product: NodeSpec = {
  op: "Gemm",
  inputs: ["points", "centres"],
  outputs: ["products"],
  attributes: { transB: 1 },
};

const best = (scores: string): NodeSpec => ({
  op: "TopK",
  inputs: [scores, "ranks"],
  outputs: ["best", "indices"],
  attributes: { axis: 1, largest: 1, sorted: 1 },
});

/** Rounding may take a distance of nothing below zero. */
const notBelowZero = (input: string, output: string): NodeSpec => ({
  op: "Max",
  inputs: [input, "zero"],
  outputs: [output],
});

const spherical: readonly NodeSpec[] = [
  product,
  best("products"),
  { op: "Sub", inputs: ["one", "best"], outputs: ["raw"] },
  notBelowZero("raw", "distances"),
];

const euclidean: readonly NodeSpec[] = [
  product,
  { op: "Mul", inputs: ["products", "two"], outputs: ["doubled"] },
  { op: "ReduceSumSquare", inputs: ["centres"], outputs: ["centre_norms"], attributes: { axes: [1], keepdims: 0 } },
  { op: "Unsqueeze", inputs: ["centre_norms", "first_axis"], outputs: ["centre_row"] },
  { op: "Sub", inputs: ["doubled", "centre_row"], outputs: ["scores"] },
  best("scores"),
  { op: "ReduceSumSquare", inputs: ["points"], outputs: ["point_norms"], attributes: { axes: [1], keepdims: 1 } },
  { op: "Sub", inputs: ["point_norms", "best"], outputs: ["raw"] },
  notBelowZero("raw", "squared"),
  { op: "Sqrt", inputs: ["squared"], outputs: ["distances"] },
];
