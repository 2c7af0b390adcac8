/** What our own pictures are drawn with. Lengths are CSS pixels: 96 an inch. */
import { type Markup, markup } from "./markup.ts";

/** Inter is ours in PNGs; in SVGs the reader's, or what is like it. */
export const FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";
export const INK = "#1f1f1f";
export const FAINT_INK = "#5c5c5c";
export const RULE = "#c8c8c8";
/** 7.5 and 8.25 points. */
export const LABEL_SIZE = 10;
export const TITLE_SIZE = 11;

/** An inch is 96 pixels: 3.5 and 7 inches, the widths of journals' columns and pages. */
export const WIDTHS = { column: 336, page: 672 } as const;

export function svgDocument(width: number, height: number, content: readonly Markup[]): string {
  const [w, h] = [round(width), round(height)];
  const ground = markup`<rect width="${w}" height="${h}" fill="#ffffff"/>`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${ground}${content}</svg>\n`
    .text;
}

export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: 400 | 600;
}

/** `y` is the middle of the line. */
export function svgText(x: number, y: number, text: string, style: TextStyle = {}): Markup {
  const { anchor = "start", size = LABEL_SIZE, fill = INK, weight = 400 } = style;
  // dominant-baseline is drawn differently here and there; 0.36 is half of Inter's height of capitals.
  return markup`<text x="${round(x)}" y="${round(y + 0.36 * size)}" font-family="${FONT}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${text}</text>`;
}

/** Hundredths of a pixel are finer than any print. */
export function round(value: number): number {
  return Math.round(100 * value) / 100;
}
