/** What the types can't say of a report. Throws a TypeError, for whoever made the report made a mistake. */
import type { Chart } from "./chart.ts";
import type { Report } from "./report.ts";

const FILE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function checkReport({ experiment, sections }: Report): void {
  checkName(experiment);
  const names = new Set<string>();
  for (const block of sections.flatMap(({ blocks }) => blocks)) {
    if (block.kind === "table") {
      const short = block.rows.findIndex(({ cells }) => cells.length !== block.columns.length);
      if (short >= 0) throw new TypeError(`table "${block.title}": row ${short} has not a cell for each column`);
    }
    if (block.kind === "picture") {
      checkName(block.name);
      if (names.has(block.name)) throw new TypeError(`two pictures are named ${block.name}`);
      names.add(block.name);
      const fault = chartFault(block.chart);
      if (fault !== undefined) throw new TypeError(`picture ${block.name}: ${fault}`);
    }
  }
}

function checkName(name: string): void {
  if (!FILE_NAME.test(name)) throw new TypeError(`"${name}" can't name a file: lower-case letters, digits and dashes`);
}

function chartFault(chart: Chart): string | undefined {
  switch (chart.kind) {
    case "scatter": {
      const { x, y, group, groups } = chart;
      if (x.length !== y.length || x.length !== group.length) return "x, y and group differ in length";
      return group.every((of) => of >= -1 && of < groups.length) ? undefined : "a point's group has no name";
    }
    case "heatmap": {
      const whole = chart.counts.length === chart.rows.length;
      return whole && chart.counts.every((row) => row.length === chart.columns.length)
        ? undefined
        : "counts are not rows by columns";
    }
    case "bars": {
      const n = chart.categories.length;
      return chart.series.every(({ values, errors }) => values.length === n && (errors?.length ?? n) === n)
        ? undefined
        : "a series has not a value for each category";
    }
    case "layers":
      return chart.boxes.length > 0 ? undefined : "there are no boxes";
    case "lines":
    case "histogram":
      return chart.series.length > 0 ? undefined : "there are no series";
  }
}
