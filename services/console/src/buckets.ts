/** Equal spans of time, each beginning at a whole multiple of its length since 1970. */
export interface Buckets {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

const DAY = 86_400;
/** Lengths that people count by, in seconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200],
  ...[DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 84 * DAY, 364 * DAY],
];

/** The shortest buckets of which `most` (2 or more) hold all from `fromMs` up to and including `toMs`. */
export function planBuckets(fromMs: number, toMs: number, most: number): Buckets {
  for (let at = 0; ; at++) {
    const stepMs = (STEPS[at] ?? STEPS.at(-1)! * 2 ** (at - STEPS.length + 1)) * 1_000;
    const first = Math.floor(fromMs / stepMs);
    const count = Math.floor(toMs / stepMs) - first + 1;
    if (count <= most) return { fromMs: first * stepMs, stepMs, count };
  }
}
