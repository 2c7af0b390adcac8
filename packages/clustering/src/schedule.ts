/**
 * When the young model is seeded again: at 1,024, 2,048, 4,096 … documents, up to 50·k·32. A model seeded on fewer than 512
 * is seeded again from twice its sample on.
 */
export function seedingSteps(sampleSize: number): number {
  let step = 32;
  while (step < 2 * sampleSize) step *= 2;
  return step;
}

/** Documents after which a model of k clusters is grown up. */
export function refitLimit(k: number): number {
  return 50 * k * 32;
}

/** Documents that the first seed wants: 512 or 25·k, the larger. k = 0 (automatic) counts as 20. */
export function seedSize(k: number): number {
  return Math.max(512, 25 * (k || 20));
}
