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
 * A slot for each living cluster, from their ids alone, so that all visitors see the same: the one of its number, or the next that is free
 * where an older cluster has that. `before` where it is for the same clusters.
 */
export function assignSlots(
  before: ReadonlyMap<string, number>,
  living: readonly string[],
): ReadonlyMap<string, number> {
  if (before.size === living.length && living.every((name) => before.has(name))) return before;
  const number = (name: string) => Number(name.slice(1));
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of [...living].sort((a, b) => number(a) - number(b))) {
    let slot = (number(name) - 1) % SLOTS;
    while (taken.has(slot) && taken.size < SLOTS) slot = (slot + 1) % SLOTS;
    taken.add(slot);
    slots.set(name, slot);
  }
  return slots;
}

/** `#0072b2` → 0, 114, 178. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const at = (from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}
