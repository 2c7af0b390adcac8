/**
 * JSON with vectors in it, read faster than JSON.parse can: the numbers of a `vector` or `vectors` go into a Float32Array at once, all
 * else, and a list with a number of ten digits before its point, is left to JSON.parse piece by piece. The result is the same but for that: a list of numbers is a Float32Array there, and
 * what is read is rounded as JSON.parse and then f32 would round it.
 *
 * What it does not know it gives up on (undefined): JSON.parse then says what is wrong with it.
 */
export function parseVectorJson(bytes: Buffer, parsePart: (part: string, payload: boolean) => unknown): unknown {
  let at = 0;
  const code = () => bytes[at]!;
  const textFrom = (from: number) => bytes.toString("utf8", from, at);

  function skipSpace(): void {
    for (;;) {
      const one = code();
      if (one !== SPACE && one !== NEWLINE && one !== RETURN && one !== TAB) return;
      at += 1;
    }
  }

  function expect(character: number): void {
    if (code() !== character) throw new GivenUp();
    at += 1;
  }

  /** Past the string that starts here. */
  function skipString(): void {
    for (at += 1; ; at += 1) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0) throw new GivenUp();
      let slashes = 0;
      while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
      if (slashes % 2 === 0) break;
    }
    at += 1;
  }

  /** Past the value that starts here, whatever it is. */
  function skipValue(): void {
    let depth = 0;
    for (; at < bytes.length; at += 1) {
      const one = code();
      if (one === QUOTE) {
        skipString();
        at -= 1;
      } else if (one === OPEN_LIST || one === OPEN_MAP) depth += 1;
      else if (one === CLOSE_LIST || one === CLOSE_MAP) depth -= 1;
      else if (depth > 0 || one !== COMMA) continue;
      if (depth < 0 || (depth === 0 && one === COMMA)) return;
      if (depth === 0) {
        at += 1;
        return;
      }
    }
    throw new GivenUp();
  }

  function part(key: string): unknown {
    const from = at;
    skipValue();
    return parsePart(textFrom(from), key === "payload" || key === "payloads");
  }

  function readString(): string {
    const from = at;
    if (code() !== QUOTE) throw new GivenUp();
    skipString();
    return JSON.parse(textFrom(from)) as string;
  }

  function readMap(inVector: boolean): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    expect(OPEN_MAP);
    skipSpace();
    if (code() === CLOSE_MAP) {
      at += 1;
      return map;
    }
    for (;;) {
      skipSpace();
      const key = readString();
      if (key === "__proto__") throw new GivenUp();
      skipSpace();
      expect(COLON);
      skipSpace();
      map[key] = readValue(key, inVector);
      skipSpace();
      if (code() !== COMMA) break;
      at += 1;
    }
    expect(CLOSE_MAP);
    return map;
  }

  function readList(key: string, inVector: boolean): unknown[] {
    const list: unknown[] = [];
    expect(OPEN_LIST);
    skipSpace();
    if (code() === CLOSE_LIST) {
      at += 1;
      return list;
    }
    for (;;) {
      skipSpace();
      list.push(readValue(key, inVector));
      skipSpace();
      if (code() !== COMMA) break;
      at += 1;
    }
    expect(CLOSE_LIST);
    return list;
  }

  function readValue(key: string, below: boolean): unknown {
    const inVector = below || key === "vector" || key === "vectors";
    const first = code();
    if (inVector) {
      if (first === OPEN_MAP) return readMap(true);
      if (first === OPEN_LIST && key !== "indices") return readFloats() ?? readList(key, true);
      return part(key);
    }
    if (first === OPEN_MAP && BELOW.has(key)) return readMap(false);
    if (first === OPEN_LIST && BELOW.has(key)) return readList(key, false);
    return part(key);
  }

  function readFloats(): Float32Array | undefined {
    const end = fillNumbers(bytes, at);
    if (end < 0) return undefined;
    at = end;
    return numbers.slice(0, count);
  }

  try {
    skipSpace();
    const value = readMap(false);
    skipSpace();
    return at === bytes.length ? value : undefined;
  } catch (error) {
    if (error instanceof GivenUp || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class GivenUp extends Error {}

/** Under these keys there may be vectors. */
const BELOW = new Set(["points", "batch", "operations", "upsert", "update_vectors"]);

const TENS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Grown where a vector is longer. */
let numbers = new Float32Array(4096);
let count = 0;

/**
 * The list of numbers that starts at `from`, into `numbers` and `count`; where it ends, or −1 where it is not a list of nothing but
 * numbers. Fifteen digits and a power of ten are both exact, so that their quotient is the double nearest to it; of a longer number the
 * truth lies between two such, which mostly are the same f32. Characters stand here by their codes, and digits are added up as two
 * small integers: it is what a server does most of its time.
 */
function fillNumbers(bytes: Buffer, from: number): number {
  let at = from + 1;
  let into = numbers;
  let filled = 0;
  for (;;) {
    let one = bytes[at++]!;
    while (one === 0x20 || one === 0x0a || one === 0x0d || one === 0x09) one = bytes[at++]!;
    const start = at - 1;
    const negative = one === 0x2d;
    if (negative) one = bytes[at++]!;
    const first = one;
    const whole = at;
    let high = 0;
    while (one >= 0x30 && one <= 0x39) {
      if (high >= 1e8) return -1;
      high = (high * 10 + one - 0x30) | 0;
      one = bytes[at++]!;
    }
    // no digit, or a leading zero
    if (at === whole || (first === 0x30 && at > whole + 1)) return -1;
    let low = 0;
    let lowDigits = 0;
    let places = 0;
    let unsure = false;
    if (one === 0x2e) {
      one = bytes[at++]!;
      const point = at;
      while (one >= 0x30 && one <= 0x39) {
        if (high < 1e8) {
          high = (high * 10 + one - 0x30) | 0;
          places = (places + 1) | 0;
        } else if (lowDigits < 6) {
          low = (low * 10 + one - 0x30) | 0;
          lowDigits = (lowDigits + 1) | 0;
          places = (places + 1) | 0;
        } else unsure = true;
        one = bytes[at++]!;
      }
      if (at === point) return -1;
    }
    const mantissa = lowDigits === 0 ? high : high * TENS[lowDigits]! + low;
    let value = mantissa / TENS[Math.min(places, 22)]!;
    if (unsure) unsure = Math.fround(value) !== Math.fround((mantissa + 1) / TENS[Math.min(places, 22)]!);
    if (one === 0x65 || one === 0x45) {
      one = bytes[at++]!;
      if (one === 0x2b || one === 0x2d) one = bytes[at++]!;
      const exponent = at;
      while (one >= 0x30 && one <= 0x39) one = bytes[at++]!;
      if (at === exponent) return -1;
      unsure = true;
    }
    if (unsure || places > 22) value = Math.abs(Number(bytes.toString("latin1", start, at - 1)));
    if (filled === into.length) {
      into = new Float32Array(2 * filled);
      into.set(numbers);
      numbers = into;
    }
    into[filled++] = negative ? -value : value;
    while (one === 0x20 || one === 0x0a || one === 0x0d || one === 0x09) one = bytes[at++]!;
    if (one === 0x5d) break;
    if (one !== 0x2c) return -1;
  }
  count = filled;
  return at;
}
