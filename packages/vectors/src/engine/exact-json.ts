import { randomUUID } from "node:crypto";

/**
 * JSON whose numbers keep what JavaScript's would lose, as Qdrant keeps it: integers above 2^53 − 1 are bigints, and in a payload
 * `1.0` is a WholeFloat, not the integer 1. What has none of these is read and written by JSON itself.
 */
export class WholeFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  valueOf(): number {
    return this.value;
  }
  toJSON(): string {
    marked = true;
    const text = String(this.value);
    return `${MARK}${/^-?\d+$/.test(text) ? `${text}.0` : text}`;
  }
}

/** The number that a value of a payload is, rounded to a double; undefined where it is none. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "bigint" || value instanceof WholeFloat ? Number(value) : undefined;
}

/** Stands in a text for a number that JSON.stringify can't write; no text of anyone else's has it. */
const MARK = `number:${randomUUID()}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");
let marked = false;

/** `exact`: it has numbers that JSON.parse would change. */
export function stringifyExact(value: unknown): { text: string; exact: boolean } {
  marked = false;
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    text = JSON.stringify(value, (_, member: unknown) => {
      if (typeof member !== "bigint") return member;
      marked = true;
      return `${MARK}${member}`;
    });
  }
  return { text: marked ? text.replace(MARKED, "$1") : text, exact: marked };
}

/** Has the text a number that JSON.parse would change? Seldom yes without need: then it is only read more slowly. */
const INTEGER = /[[:,]\s*-?\d{16}/;
const WHOLE = /[[:,]\s*-?\d+(?:\.0*(?:[eE,\]}\s]|$)|[eE]|\.\d+[eE])/;

/** Throws a SyntaxError with the text and the place that Qdrant names. `payload`: all of it is a payload. */
export function parseExact(text: string, payload = false): unknown {
  if (!INTEGER.test(text) && !((payload || text.includes('"payload')) && WHOLE.test(text))) {
    try {
      return JSON.parse(text);
    } catch {
      // read again, for the error
    }
  }
  return createReader(text).read(payload);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \n\r\t]*/y;
const MAX_DEPTH = 128;

function createReader(text: string) {
  let at = 0;

  function fail(why: string, where = at): never {
    const before = text.slice(0, where);
    const line = before.split("\n").length;
    throw new SyntaxError(`${why} at line ${line} column ${Math.max(where - (before.lastIndexOf("\n") + 1), 0)}`);
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function string(): string {
    const from = at;
    let slashes = 0;
    do {
      at = text.indexOf('"', at + 1);
      if (at < 0) return fail("EOF while parsing a string", text.length);
      for (slashes = 0; text[at - 1 - slashes] === "\\"; slashes += 1);
    } while (slashes % 2 === 1);
    at += 1;
    try {
      return JSON.parse(text.slice(from, at)) as string;
    } catch {
      return fail("control character or invalid escape found while parsing a string");
    }
  }

  function number(payload: boolean): unknown {
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(text);
    if (!found) return fail("invalid number", at + 1);
    at += found[0].length;
    const value = Number(found[0]);
    if (!Number.isFinite(value)) return fail("number out of range");
    const float = found[1] !== undefined || found[2] !== undefined;
    if (!float) return Number.isSafeInteger(value) || !fitsU64(found[0]) ? value : BigInt(found[0]);
    return payload && Number.isInteger(value) ? new WholeFloat(value) : value;
  }

  function value(payload: boolean, depth: number): unknown {
    if (depth > MAX_DEPTH) fail("recursion limit exceeded");
    match(SPACE);
    const first = text[at];
    if (first === undefined) return fail("EOF while parsing a value");
    if (first === '"') return string();
    if (first === "{") return map(payload, depth);
    if (first === "[") return list(payload, depth);
    if (first === "-" || (first >= "0" && first <= "9")) return number(payload);
    for (const [word, meaning] of WORDS) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    return fail("expected value", at + 1);
  }

  function list(payload: boolean, depth: number): unknown[] {
    const found: unknown[] = [];
    at += 1;
    for (;;) {
      match(SPACE);
      if (text[at] === "]" && found.length === 0) break;
      if (at === text.length) fail("EOF while parsing a list");
      found.push(value(payload, depth + 1));
      match(SPACE);
      if (text[at] === "]") break;
      if (at === text.length) fail("EOF while parsing a list");
      if (text[at] !== ",") fail("expected `,` or `]`", at + 1);
      at += 1;
      match(SPACE);
      if (text[at] === "]") fail("trailing comma", at + 1);
    }
    at += 1;
    return found;
  }

  function map(payload: boolean, depth: number): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    at += 1;
    for (let first = true; ; first = false) {
      match(SPACE);
      if (text[at] === "}" && first) break;
      if (at === text.length) fail("EOF while parsing an object");
      if (text[at] !== '"') fail(first ? "key must be a string" : "key must be a string", at + 1);
      const key = string();
      match(SPACE);
      if (at === text.length) fail("EOF while parsing an object");
      if (text[at] !== ":") fail("expected `:`", at + 1);
      at += 1;
      const member = value(payload || key === "payload" || key === "payloads", depth + 1);
      Object.defineProperty(found, key, { value: member, enumerable: true, configurable: true, writable: true });
      match(SPACE);
      if (text[at] === "}") break;
      if (at === text.length) fail("EOF while parsing an object");
      if (text[at] !== ",") fail("expected `,` or `}`", at + 1);
      at += 1;
      match(SPACE);
      if (text[at] === "}") fail("trailing comma", at + 1);
    }
    at += 1;
    return found;
  }

  return {
    read(payload: boolean): unknown {
      const found = value(payload, 0);
      match(SPACE);
      if (at < text.length) fail("trailing characters", at + 1);
      return found;
    },
  };
}

const WORDS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

const MAX_U64 = 2n ** 64n - 1n;
const MIN_I64 = -(2n ** 63n);

function fitsU64(digits: string): boolean {
  const integer = BigInt(digits);
  return integer >= MIN_I64 && integer <= MAX_U64;
}
