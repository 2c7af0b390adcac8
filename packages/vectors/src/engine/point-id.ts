import type { PointId } from "../protocol.ts";
import { badFormat } from "./refusal.ts";

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SIMPLE = /^[0-9a-f]{32}$/;

/**
 * An id in one spelling: an unsigned 64-bit integer (a bigint above 2^53 − 1), or a UUID (hyphenated, 32 hex digits, `urn:uuid:…`,
 * `{…}`, any case) as its lower-case hyphenated form; undefined where it is neither.
 */
export function normalPointId(value: unknown): PointId | undefined {
  if (typeof value === "bigint")
    return value > BigInt(Number.MAX_SAFE_INTEGER) && value < 2n ** 64n ? value : undefined;
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
  if (typeof value !== "string") return undefined;
  if (HYPHENATED.test(value)) return value;
  let text = value.toLowerCase();
  if (text.startsWith("urn:uuid:")) text = text.slice(9);
  else if (text.startsWith("{") && text.endsWith("}")) text = text.slice(1, -1);
  if (HYPHENATED.test(text)) return text;
  if (!SIMPLE.test(text)) return undefined;
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

export function parsePointId(value: unknown): PointId {
  const id = normalPointId(value);
  if (id !== undefined) return id;
  const shown =
    value === null ? "Unit" : typeof value === "object" ? JSON.stringify(value) : value === undefined ? "none" : value;
  throw badFormat(`value ${shown} is not a valid point ID, valid values are either an unsigned integer or a UUID`);
}

export function parsePointIds(value: unknown, field: string): PointId[] {
  if (!Array.isArray(value)) throw badFormat(`${field}: invalid type, expected a list of point IDs`);
  return value.map(parsePointId);
}

/** Integers before UUIDs, each ascending: the order of a scroll. */
export function comparePointIds(a: PointId, b: PointId): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if ((typeof a === "string") !== (typeof b === "string")) return typeof a === "string" ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An id as the text that `String` made of it. */
export function readPointId(text: string): PointId {
  if (text.length === 36) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
