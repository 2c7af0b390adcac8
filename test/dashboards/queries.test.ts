/** Every query of every panel and rule is asked of a real Prometheus that watches a real run. */
import { dashboards } from "@eddy/dashboards/dashboards/all";
import { changeExpression } from "@eddy/dashboards/grafana";
import { mustBeZero, mustBeZeroExpression } from "@eddy/dashboards/rules/must-be-zero";
import { recordingRules } from "@eddy/dashboards/rules/recording";
import { panelsOf } from "@eddy/dashboards/spec";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { hasPrometheus } from "../peers/prometheus.ts";
import { testThatNeeds } from "../support/needs.ts";
import { until } from "../support/until.ts";
import { filledIn, startWatchedRun, type WatchedRun } from "./watched-run.ts";

/** Queries that a healthy run of one process gives nothing for, by their legend, and why. */
const silent: Readonly<Record<string, string>> = {
  "{{service}} {{code}}": "nothing was tried again: the codes are known only when they come",
};

const test = testThatNeeds("Prometheus (Debian's package `prometheus`)", hasPrometheus);
const runs = hasPrometheus || process.env.CI ? describe : describe.skip;

runs("queries", () => {
  let run: WatchedRun;
  beforeAll(async () => {
    run = await startWatchedRun({ rate: 40, scrapedSeconds: 25 });
  }, 300_000);
  afterAll(() => run?.stop());

  const queries = dashboards.flatMap((spec) =>
    panelsOf(spec).flatMap((panel) =>
      panel.queries.map((query) => ({ panel: `${spec.title}: ${panel.title}`, ...query })),
    ),
  );

  test.each(queries)(
    "$panel, $legend",
    async ({ expr, legend }) => {
      // Prometheus refuses a query that it can't read, whatever is found.
      if (legend in silent) return void (await run.prometheus.query(filledIn(expr)));
      const samples = await until(`data of ${filledIn(expr)}`, 20_000, async () => {
        const found = (await run.prometheus.query(filledIn(expr))).filter(({ value }) => Number.isFinite(value));
        return found.length > 0 && found;
      });
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(samples[0]!.labels).toHaveProperty(label!);
    },
    30_000,
  );

  test("the annotations' time is that of the seeding", async () => {
    const [seeded] = await run.prometheus.query(filledIn(changeExpression("seeded")));
    expect(Date.now() - seeded!.value).toBeGreaterThan(0);
    expect(Date.now() - seeded!.value).toBeLessThan(300_000);
    expect((await run.prometheus.query(filledIn(changeExpression("refitted")))).length).toBeLessThan(2);
  });

  test.each(recordingRules)(
    "rule $record",
    async ({ record }) => {
      const value = await until(record, 30_000, async () => {
        const [found] = await run.prometheus.query(record);
        return Number.isFinite(found?.value) ? found : undefined;
      });
      expect(value.labels.job).toBe("eddy");
    },
    40_000,
  );

  test("every alert can be judged, and none fires", async () => {
    const rules = await run.prometheus.rules();
    const sick = rules.filter(({ health }) => health !== "ok");
    expect(sick.map(({ name, lastError }) => `${name}: ${lastError}`)).toEqual([]);
    expect(rules.filter(({ state }) => state === "firing").map(({ name }) => name)).toEqual([]);
  });

  test("what must be zero is there, each of it, and zero", async () => {
    const samples = await run.prometheus.query(mustBeZeroExpression);
    expect(samples.map(({ labels, value }) => [labels.what, value]).sort()).toEqual(
      mustBeZero.map(({ name }) => [name, 0]).sort(),
    );
  });
});
