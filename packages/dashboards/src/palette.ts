/** Colours that people with any kind of colour blindness can tell apart (Okabe and Ito, "Color Universal Design", 2008). */
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
