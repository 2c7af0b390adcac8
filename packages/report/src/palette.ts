/** Colours that people with any kind of colour blindness can tell apart (Okabe and Ito, "Color Universal Design", 2008). */

/** Areas and thick lines, on any ground. */
export const palette = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#f0e442",
  "#999999",
] as const;

/** Points and thin lines on white, where their yellow would be lost: their black instead. */
export const inks = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"] as const;

/** Points that belong to no group. */
export const noiseInk = "#bdbdbd";

/** Where groups outnumber colours, the same colours come again in the next shape. */
export const shapes = ["circle", "square", "triangle-up", "diamond"] as const;

export type Shape = (typeof shapes)[number];

/** Colour and shape of group `at`. They repeat after 28 groups. */
export function inkOf(at: number): { readonly colour: string; readonly shape: Shape } {
  const round = Math.floor(at / inks.length) % shapes.length;
  return { colour: inks[at % inks.length]!, shape: shapes[round]! };
}
