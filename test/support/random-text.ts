import type { Random } from "@eddy/runtime/random";

const THEMES = [
  "goal striker match referee league penalty keeper season coach stadium",
  "shares bank rates inflation market profit bond trader currency index",
  "galaxy orbit probe telescope rocket comet lander crater signal launch",
  "lentils onion oven garlic simmer pastry butter recipe stock pepper",
  "court judge appeal verdict lawyer witness statute ruling jury evidence",
].map((words) => words.split(" "));

/** A few words on one of five themes. */
export function randomText(random: Random): string {
  const theme = THEMES[random.below(THEMES.length)]!;
  return Array.from({ length: 6 + random.below(8) }, () => theme[random.below(theme.length)]!).join(" ");
}
