/** From specs to Grafana's JSON by its own SDK, so that the JSON has Grafana's types by construction. The only file that imports it. */

import { palette } from "@eddy/report/palette";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as statPanel from "@grafana/grafana-foundation-sdk/stat";
import * as tablePanel from "@grafana/grafana-foundation-sdk/table";
import * as textPanel from "@grafana/grafana-foundation-sdk/text";
import * as timeseriesPanel from "@grafana/grafana-foundation-sdk/timeseries";
import { eddy } from "./metrics.ts";
import type { DashboardSpec, PanelSpec, Query, Unit } from "./spec.ts";

/** Grafana's names of units. */
const units: Readonly<Record<Unit, string>> = {
  perSecond: "cps",
  seconds: "s",
  bytes: "bytes",
  ratio: "percentunit",
  count: "short",
  distance: "none",
  money: "none",
  timestamp: "dateTimeAsIso",
};

const source = { type: "prometheus", uid: "$datasource" } as const;
const HEIGHT = { stat: 4, timeseries: 8, table: 5 } as const;

export const RUNBOOKS_UID = "eddy-runbooks";

export function toGrafana(spec: DashboardSpec): dashboard.Dashboard {
  const builder = shell(spec.uid, spec.title, spec.description)
    .annotation(changes("Seeded", "seeded", palette[0]))
    .annotation(changes("Re-fitted", "refitted", palette[1]));
  for (const variable of variables()) builder.withVariable(variable);
  for (const row of spec.rows) {
    builder.withRow(new dashboard.RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  return numbered(builder.build());
}

/** A panel needs an id of its own, the same after each change of the others' queries. */
function numbered(made: dashboard.Dashboard): dashboard.Dashboard {
  return { ...made, panels: made.panels?.map((panel, index) => ({ ...panel, id: index + 1 })) ?? [] };
}

/** One text panel a runbook: they are where the alerts are, in the version that runs, without a network. */
export function runbooksDashboard(
  runbooks: readonly { readonly name: string; readonly markdown: string }[],
): dashboard.Dashboard {
  const builder = shell(RUNBOOKS_UID, "Eddy / Runbooks", "What each alert means and what to do. From docs/runbooks.");
  for (const [index, { name, markdown }] of runbooks.entries())
    builder.withPanel(
      new textPanel.PanelBuilder()
        .id(index + 1)
        .title(name)
        .mode(textPanel.TextMode.Markdown)
        .content(markdown)
        .height(12)
        .span(12),
    );
  return builder.build();
}

function shell(uid: string, title: string, description: string): dashboard.DashboardBuilder {
  return new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["eddy"])
    .readonly()
    .refresh("10s")
    .time({ from: "now-1h", to: "now" })
    .timezone("browser")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder("Eddy")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(["eddy"])
        .includeVars(true)
        .keepTime(true),
    )
    .link(
      new dashboard.DashboardLinkBuilder("Runbooks")
        .type(dashboard.DashboardLinkType.Link)
        .icon("doc")
        .url(`/d/${RUNBOOKS_UID}`)
        .keepTime(false),
    );
}

function variables(): Builder<dashboard.VariableModel>[] {
  const jobs = (name: string, label: string, query: string) =>
    new dashboard.QueryVariableBuilder(name)
      .label(label)
      .datasource(source)
      .query({ query, refId: name })
      .refresh(dashboard.VariableRefresh.OnDashboardLoad)
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue(".+");
  return [
    new dashboard.DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
    jobs("job", "Pipeline (job)", `label_values(${eddy.process.build.name}, job)`),
    jobs("qdrant", "Qdrant (job)", "label_values(collections_total, job)"),
  ];
}

/** A mark where the structure of the model changed: the metric's value is the time. */
function changes(name: string, kind: string, colour: string): dashboard.AnnotationQueryBuilder {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(source)
    .enable(true)
    .iconColor(colour)
    .expr(changeExpression(kind))
    .useValueForTime(true)
    .step("10s")
    .titleFormat(name);
}

export function changeExpression(kind: string): string {
  return `1000 * max(${eddy.model.changed.name}{job=~"$job",kind="${kind}"})`;
}

function panelOf(spec: PanelSpec): Builder<dashboard.Panel> {
  if (spec.kind === "stat") return statOf(spec);
  if (spec.kind === "table") return tableOf(spec);
  const panel = new timeseriesPanel.PanelBuilder()
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(2)
    .fillOpacity(spec.stacked ? 40 : 5)
    .showPoints(VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (spec.stacked) panel.stacking(new common.StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (spec.min !== undefined) panel.min(spec.min);
  if (spec.max !== undefined) panel.max(spec.max);
  frame(panel, spec);
  for (const [index, query] of spec.queries.entries()) {
    panel.withTarget(target(query, index));
    // A colour of one series each that the colour-blind can tell apart; what a query splits by label takes Grafana's own.
    if (!query.legend.includes("{{"))
      panel.overrideByQuery(refId(index), [
        { id: "color", value: { mode: "fixed", fixedColor: palette[index % palette.length] } },
      ]);
  }
  return panel;
}

function statOf(spec: PanelSpec): Builder<dashboard.Panel> {
  const panel = new statPanel.PanelBuilder()
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .noValue("–");
  const { limit } = spec;
  const [below, above] = limit?.worse === "below" ? [palette[1], palette[0]] : [palette[0], palette[1]];
  panel.thresholds(
    new dashboard.ThresholdsConfigBuilder()
      .mode(dashboard.ThresholdsMode.Absolute)
      .steps([
        { value: null, color: limit ? below : palette[0] },
        ...(limit ? [{ value: limit.value, color: above }] : []),
      ]),
  );
  frame(panel, spec);
  for (const [index, query] of spec.queries.entries()) panel.withTarget(target(query, index));
  return panel;
}

function tableOf(spec: PanelSpec): Builder<dashboard.Panel> {
  const panel = new tablePanel.PanelBuilder();
  frame(panel, spec);
  for (const [index, query] of spec.queries.entries())
    panel.withTarget(target(query, index).instant().format(prometheus.PromQueryFormat.Table));
  return panel.withTransformation({
    id: "organize",
    options: { excludeByName: { Time: true, Value: true } },
  });
}

interface Frame {
  title(title: string): unknown;
  description(text: string): unknown;
  datasource(ref: typeof source): unknown;
  unit(unit: string): unknown;
  span(columns: number): unknown;
  height(rows: number): unknown;
}

function frame(panel: Frame, spec: PanelSpec): void {
  panel.title(spec.title);
  panel.description(spec.description);
  panel.datasource(source);
  panel.unit(units[spec.unit]);
  panel.span(spec.width);
  panel.height(HEIGHT[spec.kind]);
}

const refId = (index: number) => String.fromCharCode("A".charCodeAt(0) + index);

function target({ expr, legend }: Query, index: number): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder().refId(refId(index)).expr(expr).legendFormat(legend).range();
}
