import { createRandom } from "@eddy/runtime/random";

/** A theme that is not there from the start, and one that goes and comes back. */
export const lateTheme = "archaeology";
export const fadingTheme = "cars";

const lateFrom = 2_000;
const lateUntil = 4_000;
/** The fading theme's cycle: gone between the second and the third of these places. */
const fading = { cycle: 24_000, leaves: 5_000, gone: 8_000, returns: 18_000, back: 21_000 };

/**
 * How much of the stream a theme takes at place `n`, relative to the others: a slow seeded wave between 0.25 and 1.75,
 * times its presence. A pure function of its arguments.
 */
export function popularity(label: string, index: number, seed: number, n: number): number {
  const random = createRandom(seed, index);
  const period = 4_000 + 8_000 * random.next();
  const wave = 1 + 0.75 * Math.sin(2 * Math.PI * (n / period + random.next()));
  return wave * presence(label, n);
}

function presence(label: string, n: number): number {
  if (label === lateTheme) return ramp(n, lateFrom, lateUntil);
  if (label !== fadingTheme) return 1;
  const place = n % fading.cycle;
  return 1 - ramp(place, fading.leaves, fading.gone) + ramp(place, fading.returns, fading.back);
}

/** 0 up to `from`, 1 from `to` on, smooth between. */
function ramp(n: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (n - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
