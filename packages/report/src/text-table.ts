import { cutToWidth, displayWidth, oneLine } from "./display-width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Where the terminal is too narrow, this column is cut, down to so many columns; without it, never. */
  readonly least?: number;
}

export interface TableOptions {
  /** Columns of the terminal; undefined: nothing is cut. */
  readonly width?: number;
  readonly bold?: (text: string) => string;
  /** Rows that are bold, by index. */
  readonly emphasis?: (row: number) => boolean;
}

const GAP = "  ";

/** Rows under a line of titles. Columns of which all cells are blank are left out. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY, bold = (text) => text, emphasis = () => false }: TableOptions = {},
): string {
  const shown = columns.map((column, at) => ({
    ...column,
    title: oneLine(column.title),
    cells: rows.map((row) => oneLine(row[at] ?? "")),
  }));
  const kept = shown.filter(({ cells }) => rows.length === 0 || cells.some((cell) => cell !== ""));
  const natural = kept.map(({ title, cells }) => Math.max(displayWidth(title), ...cells.map(displayWidth)));
  const widths = fit(kept, natural, width - GAP.length * (kept.length - 1));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => pad(cutToWidth(cell, widths[at]!), widths[at]!, kept[at]!.align))
      .join(GAP)
      .trimEnd();
  const titles = bold(line(kept.map(({ title }) => title)));
  const lines = rows.map((_, at) => line(kept.map(({ cells }) => cells[at]!)));
  return [titles, ...lines.map((text, at) => (emphasis(at) ? bold(text) : text))].join("\n");
}

/** Takes from the widest column that may be cut, until all fit or none may. */
function fit(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const spare = (at: number) => widths[at]! - (columns[at]!.least ?? Number.POSITIVE_INFINITY);
  let over = widths.reduce((sum, n) => sum + n, 0) - width;
  while (over > 0) {
    let widest = -1;
    for (let at = 0; at < widths.length; at++) {
      if (spare(at) > 0 && (widest < 0 || widths[at]! > widths[widest]!)) widest = at;
    }
    if (widest < 0) break;
    widths[widest]! -= 1;
    over -= 1;
  }
  return widths;
}

function pad(text: string, width: number, align: Column["align"] = "left"): string {
  const blank = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? blank + text : text + blank;
}

/** Names and values under each other, the values aligned; what is undefined is left out. */
export function renderFields(fields: readonly (readonly [name: string, value: string | undefined])[]): string {
  const given = fields.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...given.map(([name]) => displayWidth(name)));
  return given.map(([name, value]) => `${pad(name, width)}  ${oneLine(value!)}`).join("\n");
}
