/** `PICTURES=1 npx vitest run test/dashboards/pictures.test.ts` draws docs/images anew from a run of some minutes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { dashboards } from "@eddy/dashboards/dashboards/all";
import { changeExpression } from "@eddy/dashboards/grafana";
import type { DashboardSpec } from "@eddy/dashboards/spec";
import { panelsOf } from "@eddy/dashboards/spec";
import { palette } from "@eddy/report/palette";
import { expect, it } from "vitest";
import type { Series } from "../peers/prometheus.ts";
import { drawDashboard } from "./picture.ts";
import { filledIn, startWatchedRun } from "./watched-run.ts";

const images = new URL("../../docs/images/", import.meta.url);
const SECONDS = 240;

const spec: DashboardSpec = {
  uid: "one",
  title: "One",
  description: "A panel",
  rows: [
    {
      title: "",
      panels: [
        {
          title: "Flow",
          description: "",
          kind: "timeseries",
          unit: "perSecond",
          width: 12,
          queries: [{ expr: "x", legend: "{{service}}" }],
        },
      ],
    },
  ],
};

it("draws each series in a colour of the palette, named by its labels", async () => {
  const points = [
    [100, 1],
    [110, Number.NaN],
    [120, 3],
  ] as const;
  const series = ["ingest", "embed-worker"].map((service) => ({ labels: { service }, points }));
  const svg = await drawDashboard(spec, new Map([["x", series]]), [110]);
  for (const text of ["Flow", "ingest", "embed-worker", palette[0], palette[1]]) expect(svg).toContain(text);
  expect(svg).not.toContain("NaN");
});

it.runIf(process.env.PICTURES)(
  "draws every dashboard from a run",
  async () => {
    const run = await startWatchedRun({ rate: 60, scrapedSeconds: 20 });
    try {
      await sleep(SECONDS * 1_000);
      const changes = new Set<number>();
      for (const kind of ["seeded", "refitted"])
        for (const { points } of await run.prometheus.range(filledIn(changeExpression(kind)), SECONDS, 1))
          for (const [, at] of points) changes.add(at / 1_000);
      mkdirSync(images, { recursive: true });
      for (const dashboard of dashboards) {
        const answers = new Map<string, readonly Series[]>();
        for (const { expr } of panelsOf(dashboard).flatMap(({ queries }) => queries))
          answers.set(expr, await run.prometheus.range(filledIn(expr), SECONDS, 5));
        writeFileSync(new URL(`${dashboard.uid}.svg`, images), await drawDashboard(dashboard, answers, [...changes]));
      }
    } finally {
      await run.stop();
    }
  },
  600_000,
);
