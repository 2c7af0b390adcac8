/** Nested deeper, it would be no request that Qdrant reads: 128 levels of JSON, of which a point takes some for itself. */
export const MAX_METADATA_DEPTH = 100;

export class TooDeep extends Error {}

/**
 * A value of metadata as every store takes it: half characters (lone surrogates), which UTF-8 can't hold, become U+FFFD; what has none is
 * given back itself. Throws TooDeep.
 */
export function storable(value: unknown, room = MAX_METADATA_DEPTH): unknown {
  if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (room === 0) throw new TooDeep();
  if (Array.isArray(value)) {
    const items = value.map((item) => storable(item, room - 1));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const members = Object.entries(value).map(([name, member]) => [name, member, storable(member, room - 1)] as const);
  if (members.every(([name, member, stored]) => name.isWellFormed() && member === stored)) return value;
  // fromEntries: also __proto__ is but a name.
  return Object.fromEntries(members.map(([name, , stored]) => [name.toWellFormed(), stored]));
}
