import type { Clock } from "@eddy/runtime/clock";
import type { PointFilter, VectorStore } from "@eddy/vectors/port";

export interface Bucket {
  /** Which date of a document. */
  readonly clock: "received" | "published";
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export type Counts = readonly { readonly value: string; readonly count: number }[];

/** Living documents of a bucket, by the cluster that their points name. */
export type BucketCounts = (bucket: Bucket) => Promise<Counts>;

/** How long a bucket of the past is kept: documents are still deleted, moved and, late, clustered. */
const KEPT_MS = 60_000;
const MOST_KEPT = 2_000;
/** RFC 3339 has four digits for the year. */
const FIRST_MS = Date.parse("0000-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Exact counts; those of a bucket that ended more than a minute ago are kept for a minute. */
export function createBucketCounts(store: VectorStore, clock: Clock): BucketCounts {
  const kept = new Map<string, { readonly at: number; readonly counts: Promise<Counts> }>();
  return (bucket) => {
    const now = clock.now();
    const ask = () => store.facet("cluster_id", { where: spanOf(bucket) });
    if (bucket.toMs > now - KEPT_MS) return ask();
    const key = `${bucket.clock}/${bucket.fromMs}/${bucket.toMs}`;
    const known = kept.get(key);
    if (known && now - known.at < KEPT_MS) return known.counts;
    const counts = ask();
    kept.delete(key);
    kept.set(key, { at: now, counts });
    counts.catch(() => kept.delete(key));
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return counts;
  };
}

function spanOf({ clock, fromMs, toMs }: Bucket): PointFilter {
  const date = (ms: number) => new Date(Math.min(LAST_MS, Math.max(FIRST_MS, ms))).toISOString();
  if (clock === "received") return { receivedFrom: date(fromMs), receivedBefore: date(toMs) };
  return { publishedFrom: date(fromMs), publishedTo: date(toMs - 1) };
}
