/**
 * The double whose shortest decimal form is the shortest one that still reads back as the f32 `value`: 0.1 instead of
 * 0.10000000149011612. Halves the JSON of a vector, and is what Qdrant prints.
 */
export function shortF32(value: number): number {
  const size = Math.abs(value);
  if (size < 2 ** 24 && Number.isInteger(value)) return value;
  if (size >= 1e-9 && size < 1e9) {
    const whole = Math.floor(Math.log10(size));
    for (let digits = 7; digits <= 9; digits += 1) {
      const power = digits - 1 - whole;
      const short = power >= 0 ? Math.round(value * TENS[power]!) / TENS[power]! : value;
      if (Math.fround(short) === value) return short;
    }
  }
  for (let digits = 7; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Exact as doubles up to 10^22. */
const TENS = Array.from({ length: 19 }, (_, power) => Number(`1e${power}`));
