import { type Confusion, margins } from "./confusion.ts";

/** The share of documents that carry the most common label of their cluster: 0…1. NaN where there is no document. */
export function purity(table: Confusion): number {
  const agreeing = table.clusters.reduce((sum, _, j) => sum + Math.max(...table.counts.map((row) => row[j]!)), 0);
  return agreeing / margins(table).total;
}
