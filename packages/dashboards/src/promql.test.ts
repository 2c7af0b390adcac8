import { defineMetric } from "@eddy/runtime/metric";
import { expect, it } from "vitest";
import { createPromQl, panelScope, ruleScope } from "./promql.ts";

const counter = defineMetric({ type: "counter", name: "eddy_things_total", help: "", labels: ["kind"] });
const gauge = defineMetric({ type: "gauge", name: "eddy_level", help: "" });
const histogram = defineMetric({ type: "histogram", name: "eddy_wait_seconds", help: "", buckets: [1, 10] });
const panel = createPromQl(panelScope);
const rule = createPromQl(ruleScope);

it.each([
  [panel.rate(counter), 'sum(rate(eddy_things_total{job=~"$job"}[$__rate_interval]))'],
  [
    panel.rate(counter, { by: ["kind"], where: { kind: '!="a"' } }),
    'sum by (kind) (rate(eddy_things_total{job=~"$job",kind!="a"}[$__rate_interval]))',
  ],
  [rule.increase(counter, { range: "1h" }), "sum by (job) (increase(eddy_things_total[1h]))"],
  [rule.gauge("max", gauge), "max by (job) (eddy_level)"],
  [rule.quantile(0.95, histogram), "histogram_quantile(0.95, sum by (job, le) (rate(eddy_wait_seconds_bucket[5m])))"],
  [rule.within(histogram, 10), 'sum by (job) (rate(eddy_wait_seconds_bucket{le="10"}[5m]))'],
  [rule.observed(histogram), "sum by (job) (rate(eddy_wait_seconds_sum[5m]))"],
])("%s", (made, expected) => {
  expect(made).toBe(expected);
});

it("refuses a bound that is none of a bucket", () => {
  expect(() => rule.within(histogram, 5)).toThrow("eddy_wait_seconds has no bucket up to 5");
});

it("takes each kind of metric for what it is, by its type", () => {
  // @ts-expect-error a gauge has no rate
  panel.rate(gauge);
  // @ts-expect-error no such label
  panel.rate(counter, { by: ["colour"] });
});
