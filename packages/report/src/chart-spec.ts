/** Lines, bars, histograms and heatmaps as specifications of Vega-Lite. */
import { binValues } from "./bins.ts";
import type { Bars, Heatmap, Histogram, Lines } from "./chart.ts";
import { inks } from "./palette.ts";
import { FAINT_INK, FONT, INK, LABEL_SIZE, TITLE_SIZE } from "./svg.ts";
import { textWidth } from "./text-width.ts";
import type { Spec } from "./vega.ts";

const HEIGHT = { column: 236, page: 320 } as const;
/** Points are marked on lines of at most so many. */
const MARKED = 40;
const BINS = 30;
const LONGEST_LABEL = 150;

/** What all have in common; `width` and `height` are those of the whole picture. */
function frame(width: number, height: number) {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "#ffffff",
    width,
    height,
    autosize: { type: "fit" as const, contains: "padding" as const },
    padding: 4,
    config: {
      font: FONT,
      view: { stroke: null },
      axis: {
        labelFontSize: LABEL_SIZE,
        titleFontSize: TITLE_SIZE,
        titleFontWeight: "normal" as const,
        labelColor: INK,
        titleColor: INK,
        gridColor: "#ebebeb",
        domainColor: FAINT_INK,
        tickColor: FAINT_INK,
        labelLimit: LONGEST_LABEL,
      },
      legend: {
        orient: "bottom" as const,
        labelFontSize: LABEL_SIZE,
        labelColor: INK,
        symbolStrokeWidth: 2,
        symbolSize: 90,
        columnPadding: 14,
        labelLimit: width - 40,
      },
    },
  };
}

/** As many columns as surely fit. */
function legendOf(names: readonly string[], width: number, symbolType = "square") {
  const widest = Math.max(...names.map((name) => textWidth(name, LABEL_SIZE))) + 34;
  return names.length < 2 ? null : { title: null, symbolType, columns: Math.max(1, Math.floor((width - 8) / widest)) };
}

function colours(names: readonly string[]) {
  return { domain: [...names], range: names.map((_, at) => inks[at % inks.length]!) };
}

const heightOf = (width: number) => (width > 400 ? HEIGHT.page : HEIGHT.column);

export function linesSpec({ xTitle, yTitle, series, log = false }: Lines, width: number): Spec {
  const names = series.map(({ name }) => name);
  const rows = series.flatMap(({ name, points }) =>
    points.map(([x, y]) => ({ x, y: Number.isFinite(y) && (!log || y > 0) ? y : null, series: name })),
  );
  const legend = legendOf(names, width, "stroke");
  const few = series.every(({ points }) => points.length <= MARKED);
  const dashes = series.map(({ dashed }) => (dashed === true ? [5, 3] : [1, 0]));
  return {
    ...frame(width, heightOf(width)),
    data: { values: rows },
    mark: {
      type: "line",
      strokeWidth: 1.6,
      invalid: "break-paths-show-path-domains",
      point: few ? { size: 18 } : false,
    },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: xTitle,
        scale: { zero: false, nice: false },
        axis: { grid: false },
      },
      y: {
        field: "y",
        type: "quantitative",
        title: yTitle,
        scale: log ? { type: "log" } : { zero: false },
        axis: { tickCount: 5 },
      },
      color: { field: "series", type: "nominal", scale: colours(names), legend },
      strokeDash: { field: "series", type: "nominal", scale: { domain: names, range: dashes }, legend },
    },
  };
}

export function barsSpec({ categories, valueTitle, series }: Bars, width: number): Spec {
  const names = series.map(({ name }) => name);
  const rows = series.flatMap(({ name, values, errors }) =>
    categories.flatMap((category, at) => {
      const value = values[at] ?? null;
      if (value === null || !Number.isFinite(value)) return [];
      const error = errors?.[at] ?? null;
      return [{ category, series: name, value, ...(error !== null && { low: value - error, high: value + error }) }];
    }),
  );
  const widest = Math.max(...categories.map((category) => textWidth(category, LABEL_SIZE)));
  const lying = widest > (width - 50) / categories.length - 6;
  const bars = categories.length * series.length;
  const height = lying ? 60 + bars * 13 + categories.length * 8 : heightOf(width);
  const category = {
    field: "category",
    type: "nominal" as const,
    title: null,
    sort: [...categories],
    axis: { labelAngle: 0 },
  };
  const value = { field: "value", type: "quantitative" as const, title: valueTitle, axis: { tickCount: 5 } };
  const offset = { field: "series", type: "nominal" as const, sort: names };
  const place = lying ? { y: category, x: value, yOffset: offset } : { x: category, y: value, xOffset: offset };
  const ends = lying
    ? { x: { field: "low", type: "quantitative" as const }, x2: { field: "high" } }
    : { y: { field: "low", type: "quantitative" as const }, y2: { field: "high" } };
  return {
    ...frame(width, height),
    data: { values: rows },
    encoding: place,
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          color: { field: "series", type: "nominal", scale: colours(names), legend: legendOf(names, width) },
        },
      },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "rule", color: INK, strokeWidth: 1.2 },
        encoding: ends,
      },
    ],
  };
}

export function histogramSpec({ xTitle, yTitle, series, bins = BINS }: Histogram, width: number): Spec {
  const names = series.map(({ name }) => name);
  const counted = binValues(
    series.map(({ values }) => values),
    bins,
  );
  const rows = counted.flatMap(({ from, to, counts }) =>
    counts.map((count, at) => ({ from, to, count, series: names[at]! })),
  );
  const color = {
    field: "series",
    type: "nominal" as const,
    scale: colours(names),
    legend: legendOf(names, width),
  };
  return {
    ...frame(width, heightOf(width)),
    data: { values: rows },
    // Several lie over each other: outlined, that each is seen.
    mark: {
      type: "bar",
      binSpacing: 0,
      fillOpacity: series.length > 1 ? 0.35 : 0.85,
      strokeWidth: series.length > 1 ? 0.8 : 0.3,
    },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: { binned: true },
        title: xTitle,
        axis: { grid: false, tickCount: 6 },
      },
      x2: { field: "to" },
      y: { field: "count", type: "quantitative", title: yTitle, stack: null, axis: { tickCount: 5 } },
      color,
      stroke: series.length > 1 ? color : { value: "#ffffff" },
    },
  };
}

export function heatmapSpec(chart: Heatmap, width: number): Spec {
  const { rows, columns, counts, rowTitle, columnTitle } = chart;
  const cells = rows.flatMap((row, at) => {
    const sum = counts[at]!.reduce((total, count) => total + count, 0);
    return columns.map((column, to) => {
      const count = counts[at]![to] ?? 0;
      return { row, column, count, share: sum > 0 ? count / sum : 0 };
    });
  });
  const widest = Math.max(...columns.map((column) => textWidth(column, LABEL_SIZE)));
  const room = (width - 90) / columns.length;
  // Titles that don't fit over their columns stand upright, and then need room above.
  const upright = widest > room - 4;
  const header = 34 + (upright ? Math.min(LONGEST_LABEL, widest) : 20);
  const roomy = room > 30;
  return {
    ...frame(width, header + rows.length * (roomy ? 30 : 18)),
    data: { values: cells },
    encoding: {
      x: {
        field: "column",
        type: "nominal",
        title: columnTitle,
        sort: [...columns],
        axis: { orient: "top", labelAngle: upright ? -90 : 0, domain: false, ticks: false },
      },
      y: { field: "row", type: "nominal", title: rowTitle, sort: [...rows], axis: { domain: false, ticks: false } },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "#ffffff", strokeWidth: 1.5 },
        encoding: {
          color: {
            field: "share",
            type: "quantitative",
            legend: null,
            scale: { domain: [0, 1], range: ["#f1f5f9", "#0072b2"], interpolate: "lab" },
          },
        },
      },
      {
        mark: { type: "text", fontSize: roomy ? LABEL_SIZE : 7 },
        encoding: {
          text: { field: "count", type: "quantitative", format: "," },
          color: { condition: { test: "datum.share > 0.8", value: "#ffffff" }, value: INK },
        },
      },
    ],
  };
}
