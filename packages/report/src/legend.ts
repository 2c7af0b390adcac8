/** Names beside their marks, in rows under a picture. */
import type { Markup } from "./markup.ts";
import { LABEL_SIZE, svgText } from "./svg.ts";
import { cutText, textWidth } from "./text-width.ts";

export interface LegendEntry {
  readonly name: string;
  /** Drawn around (x, y), in 10 pixels. */
  readonly mark: (x: number, y: number) => Markup;
}

const ROW = 16;
const MARK = 14;
const GAP = 14;

/** `height` is what the rows take; `y` is the upper edge. */
export function drawLegend(entries: readonly LegendEntry[], x: number, y: number, width: number) {
  const content: Markup[] = [];
  let at = 0;
  let row = 0;
  for (const { name, mark } of entries) {
    const shown = cutText(name, width - MARK, LABEL_SIZE);
    const wide = MARK + textWidth(shown, LABEL_SIZE);
    if (at > 0 && at + wide > width) {
      at = 0;
      row += 1;
    }
    const middle = y + (row + 0.5) * ROW;
    content.push(mark(x + at + MARK / 2 - 2, middle), svgText(x + at + MARK, middle, shown));
    at += wide + GAP;
  }
  return { content, height: entries.length === 0 ? 0 : (row + 1) * ROW };
}
