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

/** Of what `writeF32` writes. */
export const MOST_DIGITS = 25;

/** The JSON of `shortF32(value)`, at a place in `bytes`; gives the place behind it. Made for the numbers of vectors: below one. */
export function writeF32(bytes: Buffer, at: number, value: number): number {
  const size = Math.abs(value);
  // smaller ones have an exponent in JSON
  if (!(size >= 1e-6 && size < 1)) return at + bytes.write(JSON.stringify(shortF32(value)), at, "latin1");
  let leading = 0;
  while (size * TENS[leading + 1]! < 1) leading += 1;
  for (let digits = 7; digits <= 9; digits += 1) {
    const places = leading + digits;
    const power = TENS[places]!;
    const number = Math.floor(size * power + 0.5);
    if (Math.fround(number / power) !== size) continue;
    if (value < 0) bytes[at] = MINUS;
    return writeFraction(bytes, value < 0 ? at + 1 : at, number, places);
  }
  return at + bytes.write(JSON.stringify(value), at, "latin1");
}

/** number / 10^places, which is below one; number an integer below 2^31. */
function writeFraction(bytes: Buffer, at: number, number: number, places: number): number {
  let left = number | 0;
  while (left % 10 === 0) {
    left = (left / 10) | 0;
    places -= 1;
  }
  bytes[at] = ZERO;
  bytes[at + 1] = POINT;
  const first = at + 2;
  for (let place = first + places - 1; place >= first; place -= 1) {
    const rest = (left / 10) | 0;
    bytes[place] = ZERO + left - 10 * rest;
    left = rest;
  }
  return first + places;
}

const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
