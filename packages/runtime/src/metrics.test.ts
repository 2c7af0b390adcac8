import { describe, expect, it } from "vitest";
import { createLabelLimit, topN } from "./bounded-labels.ts";
import { defineMetric, type MetricDefinition } from "./metric.ts";
import { metricTable } from "./metric-docs.ts";
import { createMetrics } from "./metrics.ts";

const rejected = defineMetric({
  type: "counter",
  name: "eddy_documents_rejected_total",
  help: "Documents refused",
  labels: ["reason"],
});
const accepted = defineMetric({ type: "counter", name: "eddy_documents_accepted_total", help: "Documents accepted" });
const sizes = defineMetric({ type: "gauge", name: "eddy_cluster_size", help: "Size", labels: ["cluster"] });
const lag = defineMetric({ type: "gauge", name: "eddy_lag_records", help: "Lag" });
const duration = defineMetric({
  type: "histogram",
  name: "eddy_stage_duration_seconds",
  help: "Time",
  labels: ["stage"],
  buckets: [0.1, 1],
});

/** The lines of the text format that are samples, sorted. */
async function samples(metrics: { text(): Promise<string> }): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("metrics", () => {
  it("renders counters, gauges and histograms", async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.counter(accepted);
    metrics.counter(rejected).inc(2, { reason: "NO_TEXT" });
    metrics.counter(rejected).inc(1, { reason: "NO_TEXT" });
    metrics.gauge(lag).set(7);
    metrics.histogram(duration).observe(0.5, { stage: "embed" });
    expect(await samples(metrics)).toEqual([
      "eddy_documents_accepted_total 0",
      'eddy_documents_rejected_total{reason="NO_TEXT"} 3',
      "eddy_lag_records 7",
      'eddy_stage_duration_seconds_bucket{le="0.1",stage="embed"} 0',
      'eddy_stage_duration_seconds_bucket{le="1",stage="embed"} 1',
      'eddy_stage_duration_seconds_bucket{le="+Inf",stage="embed"} 1',
      'eddy_stage_duration_seconds_sum{stage="embed"} 0.5',
      'eddy_stage_duration_seconds_count{stage="embed"} 1',
    ]);
    expect(metrics.contentType).toContain("text/plain");
  });

  it("forgets the series that a replacement leaves out", async () => {
    const metrics = createMetrics({ processMetrics: false });
    const gauge = metrics.gauge(sizes);
    gauge.set(1, { cluster: "c1" });
    gauge.replace([
      [2, { cluster: "c2" }],
      [3, { cluster: "other" }],
    ]);
    expect(await samples(metrics)).toEqual([
      'eddy_cluster_size{cluster="c2"} 2',
      'eddy_cluster_size{cluster="other"} 3',
    ]);
  });

  it("reads a gauge at each scrape", async () => {
    const metrics = createMetrics({ processMetrics: false });
    let value = 1;
    metrics.gauge(lag, () => value);
    expect(await samples(metrics)).toEqual(["eddy_lag_records 1"]);
    value = 2;
    expect(await samples(metrics)).toEqual(["eddy_lag_records 2"]);
  });

  it("reads all series of a gauge at each scrape", async () => {
    const metrics = createMetrics({ processMetrics: false });
    let clusters = ["c1", "c2"];
    metrics.gauge(sizes, () => clusters.map((cluster, n) => [n, { cluster }] as const));
    expect(await samples(metrics)).toEqual(['eddy_cluster_size{cluster="c1"} 0', 'eddy_cluster_size{cluster="c2"} 1']);
    clusters = ["c3"];
    expect(await samples(metrics)).toEqual(['eddy_cluster_size{cluster="c3"} 0']);
  });

  it("has a registry of its own, with the process' metrics", async () => {
    const first = createMetrics();
    first.counter(accepted).inc(5);
    const second = createMetrics();
    second.counter(accepted);
    expect(await samples(second)).toContain("eddy_documents_accepted_total 0");
    expect(await second.text()).toMatch(/^process_cpu_seconds_total /m);
    expect(await second.text()).toMatch(/^nodejs_heap_size_used_bytes /m);
  });

  it("refuses a second metric of the same name, and lists what it has", () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.gauge(lag);
    metrics.counter(accepted);
    expect(() => metrics.gauge({ ...lag, help: "another" })).toThrow("eddy_lag_records");
    expect(metrics.definitions()).toEqual([accepted, lag]);
  });
});

describe("defineMetric", () => {
  it.each<[string, Partial<MetricDefinition>]>([
    ["no prefix", { name: "documents_total" }],
    ["capitals", { name: "eddy_Documents_total" }],
    ["milliseconds", { name: "eddy_wait_ms_total" }],
    ["a counter without _total", { name: "eddy_documents" }],
    ["a gauge with _total", { type: "gauge", name: "eddy_documents_total" }],
    ["a histogram without buckets", { type: "histogram", name: "eddy_wait_seconds" }],
    ["buckets on a counter", { buckets: [1] }],
    ["a bad label", { labels: ["document-id"] }],
  ])("refuses %s", (_, change) => {
    expect(() => defineMetric({ ...accepted, ...change })).toThrow(TypeError);
  });
});

it("makes a table", () => {
  expect(metricTable([rejected, lag])).toBe(
    "| metric | type | labels | meaning |\n|---|---|---|---|\n" +
      "| `eddy_documents_rejected_total` | counter | `reason` | Documents refused |\n" +
      "| `eddy_lag_records` | gauge |  | Lag |\n",
  );
});

describe("bounded labels", () => {
  it.each<[number, [string, number][]]>([
    [0, [["other", 9]]],
    [
      2,
      [
        ["b", 4],
        ["a", 2],
        ["other", 3],
      ],
    ],
    [
      4,
      [
        ["b", 4],
        ["a", 2],
        ["c", 2],
        ["d", 1],
      ],
    ],
  ])("top %i", (limit, expected) => {
    expect(topN(Object.entries({ a: 2, b: 4, c: 2, d: 1 }), limit)).toEqual(expected);
  });

  it("names the first values only", () => {
    const limit = createLabelLimit(2);
    expect(["x", "y", "z", "x", "z"].map(limit)).toEqual(["x", "y", "other", "x", "other"]);
  });
});
