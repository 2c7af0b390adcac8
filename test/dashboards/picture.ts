/** What a dashboard shows, drawn from Prometheus' data: the docs' pictures. Grafana draws the same queries in its own way. */

import type { DashboardSpec, PanelSpec, Unit } from "@eddy/dashboards/spec";
import { panelsOf } from "@eddy/dashboards/spec";
import { palette } from "@eddy/report/palette";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Series } from "../peers/prometheus.ts";

/** What Prometheus gave for an expression. */
export type Answers = ReadonlyMap<string, readonly Series[]>;

const WIDTH = 250;
const HEIGHT = 90;
const COLUMNS = 3;
/** A panel is drawn with its largest series only. */
const MOST = palette.length;

const axes: Readonly<Record<Unit, string>> = {
  perSecond: "a second",
  seconds: "seconds",
  bytes: "bytes",
  ratio: "ratio",
  count: "",
  distance: "distance",
  money: "money",
  timestamp: "",
};

const FRACTIONS: readonly Unit[] = ["ratio", "distance", "seconds"];

interface Row {
  readonly t: number;
  readonly value: number;
  readonly series: string;
}

/** As SVG; time is in seconds, 0 at the end. `changes`: times of seedings, in seconds since 1970. */
export async function drawDashboard(
  spec: DashboardSpec,
  answers: Answers,
  changes: readonly number[] = [],
): Promise<string> {
  const times = [...answers.values()].flatMap((lines) => lines.flatMap(({ points }) => points.map(([at]) => at)));
  const [begin, end] = [Math.min(...times), Math.max(...times)];
  const marks = changes.filter((at) => at > begin && at < end).map((at) => ({ t: Math.round(at - end) }));
  const panels = panelsOf(spec).filter(({ kind }) => kind === "timeseries");
  const drawn: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    title: { text: spec.title, anchor: "start", fontSize: 16, subtitle: spec.description, subtitlePadding: 4 },
    columns: COLUMNS,
    spacing: { row: 24, column: 40 },
    concat: panels.map((panel) => panelSpec(panel, rowsOf(panel, answers, end), marks)),
    config: { view: { stroke: "#cccccc" }, font: "sans-serif", axis: { gridColor: "#eeeeee" } },
    resolve: { scale: { color: "independent" } },
  };
  const view = new vega.View(vega.parse(compile(drawn).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

function panelSpec(panel: PanelSpec, rows: readonly Row[], marks: readonly { readonly t: number }[]) {
  const x = {
    field: "t",
    type: "quantitative" as const,
    title: null,
    axis: { format: "d", labelExpr: "datum.value + ' s'" },
  } as const;
  const names = [...new Set(rows.map(({ series }) => series))];
  return {
    title: { text: panel.title, anchor: "start" as const, fontSize: 12 },
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: [...marks] },
        mark: { type: "rule" as const, strokeDash: [3, 3], color: "#777777" },
        encoding: { x },
      },
      {
        data: { values: [...rows] },
        mark: panel.stacked
          ? ({ type: "area", opacity: 0.75, line: true } as const)
          : ({ type: "line", strokeWidth: 1.8 } as const),
        encoding: {
          x,
          y: {
            field: "value",
            type: "quantitative" as const,
            title: axes[panel.unit] || null,
            stack: panel.stacked ? ("zero" as const) : null,
            axis: { format: FRACTIONS.includes(panel.unit) ? ".3~f" : "~s", tickCount: 4 },
          },
          color: {
            field: "series",
            type: "nominal" as const,
            scale: { domain: names, range: [...palette] },
            legend: {
              title: null,
              orient: "bottom" as const,
              columns: names.some((name) => name.length > 20) ? 1 : 2,
              labelLimit: 240,
              labelFontSize: 9,
            },
          },
        },
      },
    ],
  };
}

function rowsOf({ queries }: PanelSpec, answers: Answers, end: number): Row[] {
  const lines = queries.flatMap(({ expr, legend }) =>
    (answers.get(expr) ?? []).map(({ labels, points }) => ({
      series: legend.replace(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? ""),
      points: points.filter(([, value]) => Number.isFinite(value)),
    })),
  );
  const height = (points: Series["points"]) => Math.max(0, ...points.map(([, value]) => value));
  return (
    lines
      .sort((a, b) => height(b.points) - height(a.points))
      // Of many, those that are never above zero say little in a picture.
      .filter(({ points }, index) => index < 3 || height(points) > 0)
      .slice(0, MOST)
      .flatMap(({ series, points }) =>
        points.map(([at, value]) => ({ t: Math.round(at - end), value: Number(value.toPrecision(4)), series })),
      )
  );
}
