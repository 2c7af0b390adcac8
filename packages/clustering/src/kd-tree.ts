import type { Points } from "./k-means.ts";

/** Points in nested boxes: node i holds the nodes 2i + 1 and 2i + 2, each with half of its points. */
export interface KdTree {
  readonly dimensions: number;
  /** The points in the tree's order; those of a node are neighbours there. */
  readonly values: Float64Array;
  /** For each place in the tree's order the point's own row. */
  readonly rows: Int32Array;
  readonly nodes: number;
  /** From this node on, nodes are leaves. */
  readonly firstLeaf: number;
  /** Places of a node: `starts[i]` … `ends[i] − 1`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** nodes × dimensions */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const leafSize = 16;

/** Bentley, "Multidimensional binary search trees", CACM 18 (1975); each node is split at the median of its widest side. */
export function createKdTree({ values, count, dimensions }: Points): KdTree {
  const depth = Math.max(0, Math.ceil(Math.log2(count / leafSize)));
  const firstLeaf = 2 ** depth - 1;
  const nodes = 2 * firstLeaf + 1;
  const starts = new Int32Array(nodes);
  const ends = new Int32Array(nodes).fill(count);
  const low = new Float64Array(nodes * dimensions).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(nodes * dimensions).fill(Number.NEGATIVE_INFINITY);
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  for (let node = 0; node < nodes; node++) {
    const [start, end] = [starts[node]!, ends[node]!];
    let [widest, width] = [0, -1];
    for (let d = 0; d < dimensions; d++) {
      const side = node * dimensions + d;
      for (let at = start; at < end; at++) {
        const value = values[rows[at]! * dimensions + d]!;
        if (value < low[side]!) low[side] = value;
        if (value > high[side]!) high[side] = value;
      }
      if (high[side]! - low[side]! > width) [widest, width] = [d, high[side]! - low[side]!];
    }
    if (node >= firstLeaf) continue;
    const middle = (start + end) >> 1;
    select(rows, (row) => values[row * dimensions + widest]!, { from: start, to: end - 1, middle });
    starts[2 * node + 1] = start;
    ends[2 * node + 1] = middle;
    starts[2 * node + 2] = middle;
    ends[2 * node + 2] = end;
  }
  const sorted = new Float64Array(count * dimensions);
  for (let at = 0; at < count; at++) {
    for (let d = 0; d < dimensions; d++) sorted[at * dimensions + d] = values[rows[at]! * dimensions + d]!;
  }
  return { dimensions, values: sorted, rows, nodes, firstLeaf, starts, ends, low, high };
}

/** Hoare's quickselect: afterwards nothing before `middle` has a larger key than what is from there on. */
function select(
  rows: Int32Array,
  key: (row: number) => number,
  range: { readonly from: number; readonly to: number; readonly middle: number },
): void {
  let { from, to } = range;
  while (from < to) {
    const pivot = key(rows[(from + to) >> 1]!);
    let [i, j] = [from, to];
    while (i <= j) {
      while (key(rows[i]!) < pivot) i++;
      while (key(rows[j]!) > pivot) j--;
      if (i > j) break;
      const row = rows[i]!;
      rows[i++] = rows[j]!;
      rows[j--] = row;
    }
    if (range.middle <= j) to = j;
    else if (range.middle >= i) from = i;
    else return;
  }
}

/** Squared distance from the point at `place` to the nearest point of a node's box. */
export function nearestOfBox({ values, dimensions, low, high }: KdTree, place: number, node: number): number {
  let sum = 0;
  for (let d = 0, p = place * dimensions, side = node * dimensions; d < dimensions; d++, p++, side++) {
    const value = values[p]!;
    const beyond = value < low[side]! ? low[side]! - value : value > high[side]! ? value - high[side]! : 0;
    sum += beyond * beyond;
  }
  return sum;
}

/** Squared distance from the point at `place` to the farthest corner of a node's box. */
export function farthestOfBox({ values, dimensions, low, high }: KdTree, place: number, node: number): number {
  let sum = 0;
  for (let d = 0, p = place * dimensions, side = node * dimensions; d < dimensions; d++, p++, side++) {
    const reach = Math.max(values[p]! - low[side]!, high[side]! - values[p]!);
    sum += reach * reach;
  }
  return sum;
}

/** Squared distance between the points at two places. */
export function squaredDistance({ values, dimensions }: KdTree, a: number, b: number): number {
  let sum = 0;
  for (let d = 0, p = a * dimensions, q = b * dimensions; d < dimensions; d++, p++, q++) {
    const difference = values[p]! - values[q]!;
    sum += difference * difference;
  }
  return sum;
}
