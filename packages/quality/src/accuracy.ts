import { type Confusion, margins } from "./confusion.ts";
import { hungarian } from "./hungarian.ts";

/**
 * The share of documents that are right when each cluster stands for at most one label and each label for at most one
 * cluster, matched for the best (Yang et al., "Image clustering using local discriminant models", 2010): 0…1.
 * Documents of clusters or labels left over are errors. NaN where there is no document.
 */
export function accuracy(table: Confusion): number {
  return hungarian(table.counts, { maximise: true }).total / margins(table).total;
}
