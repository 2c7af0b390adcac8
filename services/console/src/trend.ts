import { heirOf } from "@eddy/clustering/state";
import { type Trend, trendClockSchema, trendSchema } from "@eddy/contracts/api/trend";
import { clusterName, parseClusterName } from "@eddy/contracts/collection";
import { HttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import { type Counts, createBucketCounts } from "./bucket-counts.ts";
import { type Buckets, planBuckets } from "./buckets.ts";
import { date } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";

const trendQuery = z.strictObject({
  buckets: z.coerce.number().int().min(2).max(200).default(48).describe("At most so many."),
  clock: trendClockSchema.default("received").describe("By which date documents are counted."),
  from: date("from").optional().describe("By default that of the first document."),
  to: date("to").optional().describe("By default now; by `published`, the date of the last document."),
});

const route = describeRoute({
  scope: "read",
  summary: "How many documents of each cluster came when.",
  description:
    "Buckets begin at whole multiples of their length (a minute, an hour, a day …), the shortest that will do, so `from` and `to` may be a little apart from what was asked for. Buckets of the past may be a minute old.",
  query: trendQuery,
  answer: json(trendSchema),
});

/** Questions to the store at the same time. */
const AT_ONCE = 8;

/** `GET /v1/trend` */
export function registerTrend(app: HttpApp, { store, replica, clock: time }: ConsolePorts): void {
  const countsOf = createBucketCounts(store, time);

  app.get("/v1/trend", route, async ({ query }): Promise<Trend> => {
    const { buckets: most, clock, ...range } = readParameters(trendQuery, query);
    const now = time.now();
    const [from, to] = [
      range.from ?? (await edge("asc")),
      range.to ?? (clock === "received" ? now : await edge("desc")),
    ];
    const [fromMs, toMs] = [millis(from) ?? Math.min(now, millis(to) ?? now), millis(to) ?? now];
    if (fromMs > toMs) throw new HttpFault("INVALID_PARAMETER", "from: is after to");
    const buckets = planBuckets(fromMs, toMs, most);
    const found: Counts[] = [];
    for (let at = 0; at < buckets.count; at += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, buckets.count - at) }, (_, n) => {
        const start = buckets.fromMs + (at + n) * buckets.stepMs;
        return countsOf({ clock, fromMs: start, toMs: start + buckets.stepMs });
      });
      found.push(...(await Promise.all(some)));
    }
    return { clock, ...spanOf(buckets), clusters: byCluster(found) };

    /** The first or last date that a document has. */
    async function edge(direction: "asc" | "desc"): Promise<string | undefined> {
      const by = `${clock}_at` as const;
      const [point] = await store.ordered({ by, direction, limit: 1 });
      return point?.payload[by];
    }
  });

  /** By living cluster: until the sweep comes by, points still name a retired one. */
  function byCluster(found: readonly Counts[]): Trend["clusters"] {
    const rows = new Map<number, number[]>();
    for (const [at, counts] of found.entries()) {
      for (const { value, count } of counts) {
        const id = heirOf(replica.state, parseClusterName(value) ?? 0)?.id;
        if (id === undefined) continue;
        const row = rows.get(id) ?? new Array<number>(found.length).fill(0);
        row[at]! += count;
        rows.set(id, row);
      }
    }
    const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
    return [...rows]
      .sort(([a, left], [b, right]) => total(right) - total(left) || a - b)
      .map(([id, counts]) => ({ cluster_id: clusterName(id), counts }));
  }
}

function millis(date: string | number | undefined): number | undefined {
  return typeof date === "string" ? Date.parse(date) : date;
}

function spanOf({ fromMs, stepMs, count }: Buckets) {
  const date = (ms: number) => new Date(ms).toISOString();
  return { from: date(fromMs), to: date(fromMs + count * stepMs), step_seconds: stepMs / 1_000 };
}
