import type { WeightedGraph } from "./fuzzy-graph.ts";

/** The connected parts of a symmetric graph: the rows of each, ascending; parts in the order of their first rows. */
export function connectedParts({ count, starts, columns }: WeightedGraph): readonly Int32Array[] {
  const partOf = new Int32Array(count).fill(-1);
  const open: number[] = [];
  let parts = 0;
  for (let first = 0; first < count; first++) {
    if (partOf[first] !== -1) continue;
    partOf[first] = parts;
    open.push(first);
    for (let row = open.pop(); row !== undefined; row = open.pop()) {
      for (let at = starts[row]!; at < starts[row + 1]!; at++) {
        if (partOf[columns[at]!] !== -1) continue;
        partOf[columns[at]!] = parts;
        open.push(columns[at]!);
      }
    }
    parts++;
  }
  const members: number[][] = Array.from({ length: parts }, () => []);
  for (const [row, part] of partOf.entries()) members[part]!.push(row);
  return members.map((rows) => Int32Array.from(rows));
}

/** The graph of some rows among themselves; `rows` ascending. */
export function partOf({ count, starts, columns, weights }: WeightedGraph, rows: Int32Array): WeightedGraph {
  if (rows.length === count) return { count, starts, columns, weights };
  const placeOf = new Int32Array(count).fill(-1);
  for (const [place, row] of rows.entries()) placeOf[row] = place;
  const part = { starts: [0], columns: [] as number[], weights: [] as number[] };
  for (const row of rows) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (placeOf[columns[at]!] === -1) continue;
      part.columns.push(placeOf[columns[at]!]!);
      part.weights.push(weights[at]!);
    }
    part.starts.push(part.columns.length);
  }
  return {
    count: rows.length,
    starts: Int32Array.from(part.starts),
    columns: Int32Array.from(part.columns),
    weights: Float64Array.from(part.weights),
  };
}
