import { inks, palette, type Shape, shapes } from "@eddy/report/palette";

export type { Shape } from "@eddy/report/palette";

/** How a cluster is drawn, everywhere on the page. */
export interface Ink {
  readonly colour: string;
  readonly shape: Shape;
}

/** Black is lost on a dark ground: yellow stands for it there, which is lost on a light one. */
const onDark = inks.map((ink) => (ink === "#000000" ? palette[6] : ink));

/** Slots to tell apart; they repeat after 28. */
export const SLOTS = inks.length * shapes.length;

export function inkOfSlot(slot: number, dark: boolean): Ink {
  const colours = dark ? onDark : inks;
  return {
    colour: colours[slot % colours.length]!,
    shape: shapes[Math.floor(slot / colours.length) % shapes.length]!,
  };
}

/**
 * A slot for each living cluster. One keeps its slot as long as it lives; a new one takes the lowest that is free, the oldest cluster first,
 * so that the same clusters look the same on the next visit.
 */
export function assignSlots(
  before: ReadonlyMap<string, number>,
  living: readonly string[],
): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  for (const name of living) {
    const slot = before.get(name);
    if (slot !== undefined) slots.set(name, slot);
  }
  if (slots.size === living.length && slots.size === before.size) return before;
  const taken = new Set(slots.values());
  const number = (name: string) => Number(name.slice(1));
  let next = 0;
  for (const name of living.filter((name) => !slots.has(name)).sort((a, b) => number(a) - number(b))) {
    while (taken.has(next)) next += 1;
    taken.add(next);
    slots.set(name, next);
  }
  return slots;
}

/** `#0072b2` → 0, 114, 178. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const at = (from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}
