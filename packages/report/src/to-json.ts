/** A report as JSON: all that is in it but the points of pictures, which are counted. A change that breaks readers raises `format`. */
import type { Chart } from "./chart.ts";
import type { Block, Cell, Figure, Goal, Note, Picture, Prose, Report, Source } from "./report.ts";

export const REPORT_FORMAT = 1;

export interface ReportJson {
  readonly format: typeof REPORT_FORMAT;
  readonly experiment: string;
  readonly title: string;
  readonly source: Source;
  readonly summary: readonly string[];
  readonly goals: readonly Goal[];
  readonly sections: readonly { readonly title: string; readonly blocks: readonly BlockJson[] }[];
  readonly facts: Readonly<Record<string, string>>;
}

export type BlockJson = Prose | Note | TableJson | PictureJson;

export interface TableJson {
  readonly kind: "table";
  readonly title: string;
  readonly columns: readonly string[];
  /** A number that is not finite is null, in a figure too. */
  readonly rows: readonly { readonly cells: readonly CellJson[]; readonly emphasis: boolean }[];
  readonly caption?: string;
}

export type CellJson = string | number | null | FigureJson;

/** Shares of 1, whether printed as percentages or not. */
export interface FigureJson {
  readonly mean: number | null;
  readonly std?: number | null;
  readonly n?: number;
  readonly unit?: string;
}

export interface PictureJson {
  readonly kind: "picture";
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly alt: string;
  /** Relative to the folder of this JSON file. */
  readonly files: { readonly svg: string; readonly png: string };
  readonly chart: ChartJson;
}

/** Points and values of a scatter and a histogram are only counted; other charts are whole. */
export type ChartJson =
  | { readonly kind: "scatter"; readonly groups: readonly { name: string; points: number }[]; readonly noise: number }
  | { readonly kind: "histogram"; readonly series: readonly { name: string; values: number }[] }
  | Exclude<Chart, { kind: "scatter" | "histogram" }>;

/** Plain data: what `JSON.parse` gives of its text is equal to it. */
export function toJson(report: Report): ReportJson {
  const { experiment, title, source, summary, goals, sections, facts } = report;
  const blocks = (of: readonly Block[]) => of.map((block) => blockJson(block, experiment));
  const json: ReportJson = {
    format: REPORT_FORMAT,
    experiment,
    title,
    source,
    summary,
    goals,
    sections: sections.map((section) => ({ title: section.title, blocks: blocks(section.blocks) })),
    facts,
  };
  // Leaves out what is undefined, and makes null of what is not finite.
  return JSON.parse(JSON.stringify(json)) as ReportJson;
}

/** Where a picture's files are, relative to the report's folder. */
export function pictureFiles(experiment: string, { name }: Picture): PictureJson["files"] {
  return { svg: `${experiment}/${name}.svg`, png: `${experiment}/${name}.png` };
}

function blockJson(block: Block, experiment: string): BlockJson {
  if (block.kind === "prose" || block.kind === "note") return block;
  if (block.kind === "table") {
    const { kind, title, columns, rows, caption } = block;
    return {
      kind,
      title,
      columns: columns.map((column) => column.title),
      rows: rows.map(({ cells, emphasis = false }) => ({ cells: cells.map(cellJson), emphasis })),
      ...(caption !== undefined && { caption }),
    };
  }
  const { kind, name, title, caption, alt, chart } = block;
  return { kind, name, title, caption, alt, files: pictureFiles(experiment, block), chart: chartJson(chart) };
}

function cellJson(cell: Cell): CellJson {
  if (cell === null || typeof cell !== "object") return cell;
  const { mean, std, n, unit }: Figure = cell;
  return {
    mean,
    ...(std !== undefined && { std }),
    ...(n !== undefined && { n }),
    ...(unit !== undefined && { unit }),
  };
}

function chartJson(chart: Chart): ChartJson {
  if (chart.kind === "histogram") {
    return { kind: chart.kind, series: chart.series.map(({ name, values }) => ({ name, values: values.length })) };
  }
  if (chart.kind !== "scatter") return chart;
  const points = new Array<number>(chart.groups.length).fill(0);
  let noise = 0;
  for (const group of chart.group) {
    if (group >= 0) points[group]! += 1;
    else noise += 1;
  }
  return { kind: chart.kind, groups: chart.groups.map((name, at) => ({ name, points: points[at]! })), noise };
}
