/** How wide text is in Inter, so that pictures are laid out without a browser. */

/** Advance widths of U+0020 to U+007E in thousandths of the font's size (hmtx table of Inter 400). */
const ADVANCES = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
  566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
  753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
  583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
  333, 426, 662,
];
/** Of a character that is not ASCII: "é" has 583, "±" 662. */
const OTHER = 620;
const WIDE = 1000;

/** In the units of `size`; bold is a few percent wider. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    width += ADVANCES[code - 32] ?? (code < 0x2e80 ? OTHER : WIDE);
  }
  return (width * size) / 1000;
}

/** The text, or as much of it as goes into `width` with an … at its end. */
export function cutText(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, size) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
