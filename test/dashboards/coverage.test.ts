/** Each metric of the code is on a dashboard or in a rule, and no panel names one that is not there. */
import { readFileSync } from "node:fs";
import { dashboards } from "@eddy/dashboards/dashboards/all";
import { changeExpression, toGrafana } from "@eddy/dashboards/grafana";
import { alertRules } from "@eddy/dashboards/rules/alerts";
import { recordingRules } from "@eddy/dashboards/rules/recording";
import { runbookNames } from "@eddy/dashboards/runbooks";
import { panelsOf } from "@eddy/dashboards/spec";
import { expect, it } from "vitest";

/** Metrics that nobody need look at, and why. */
const unshown: Readonly<Record<string, string>> = {};

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
// Generated from the code, and CI fails where it is stale.
const defined = [...read("docs/reference/metrics.md").matchAll(/^\| `(eddy_\w+)`/gm)].map(([, name]) => name!);
const expressions = [
  ...dashboards.flatMap(panelsOf).flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  ...recordingRules.map(({ expr }) => expr),
  ...alertRules.map(({ expr }) => expr),
  changeExpression("seeded"),
];
const named = new Set(
  expressions.flatMap((expr) =>
    [...expr.matchAll(/(?<![\w:])eddy_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, "")),
  ),
);

it("shows every metric of the code, or says why not", () => {
  expect(defined.length).toBeGreaterThan(30);
  expect(defined.filter((name) => !named.has(name) && !(name in unshown))).toEqual([]);
  expect(Object.keys(unshown).filter((name) => named.has(name) || !defined.includes(name))).toEqual([]);
});

it("names no metric that the code doesn't define", () => {
  expect([...named].filter((name) => !defined.includes(name))).toEqual([]);
});

it("names no recorded series that no rule records", () => {
  const used = expressions.flatMap((expr) => [...expr.matchAll(/\bjob:eddy_[\w:]+/g)].map(([name]) => name));
  const recorded = recordingRules.map(({ record }) => record);
  expect(used.filter((name) => !recorded.includes(name))).toEqual([]);
});

it.each(dashboards.map((spec) => [spec.uid, spec] as const))(
  "%s: panels in their places, with ids of their own",
  (_, spec) => {
    const { panels = [], uid } = toGrafana(spec);
    expect(uid).toBe(spec.uid);
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = new Set<string>();
    for (const { gridPos } of panels) {
      expect(gridPos!.x + gridPos!.w).toBeLessThanOrEqual(24);
      for (let x = gridPos!.x; x < gridPos!.x + gridPos!.w; x++)
        for (let y = gridPos!.y; y < gridPos!.y + gridPos!.h; y++) {
          expect(cells.has(`${x}/${y}`)).toBe(false);
          cells.add(`${x}/${y}`);
        }
    }
  },
);

it.each(alertRules)("$alert has a runbook that names it, and a dashboard", ({ alert, runbook, dashboard }) => {
  expect(read(`docs/runbooks/${runbook}.md`)).toContain(`\`${alert}\``);
  expect(dashboards.map(({ uid }) => uid)).toContain(dashboard);
  expect(runbookNames).toContain(runbook);
});
