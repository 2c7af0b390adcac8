/** Cells as people read them. */
import type { Cell, Column, Figure, Row } from "./report.ts";

/** For what was not published or can't be measured. */
export const NOTHING = "–";

/** `0.822 ± 0.010`, `82.2 ± 1.0 %`, `3,387`, `93.0 docs/s`; `–` for null and what is no number. */
export function formatCell(cell: Cell): string {
  if (cell === null) return NOTHING;
  if (typeof cell === "string") return cell;
  return formatFigure(typeof cell === "number" ? { mean: cell } : cell);
}

function formatFigure({ mean, std, digits, percent = false, unit }: Figure): string {
  if (!Number.isFinite(mean)) return NOTHING;
  const decimals = digits ?? (percent ? 1 : Number.isInteger(mean) && std === undefined ? 0 : 3);
  const format = (value: number) => decimal(percent ? 100 * value : value, decimals);
  const spread = std !== undefined && Number.isFinite(std) ? ` ± ${format(std)}` : "";
  const sign = percent ? " %" : unit === undefined ? "" : ` ${unit}`;
  return `${format(mean)}${spread}${sign}`;
}

/** With thousands parted; a true minus sign; no minus before a zero. */
function decimal(value: number, decimals: number): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString("en-US", { ...digits, signDisplay: "negative" }).replace("-", "−");
}

/** A column without any number is read from the left, one of numbers from the right. */
export function alignOf({ align }: Column, at: number, rows: readonly Row[]): "left" | "right" {
  if (align !== undefined) return align;
  return rows.some(({ cells }) => (cells[at] ?? null) !== null && typeof cells[at] !== "string") ? "right" : "left";
}
