/** G10: a label whose values come from outside (ids, sources) is bounded by one of these. */
export const OTHER = "other";

/** The `limit` largest entries, largest first (ties by name), then the sum of the rest as `other` where there is a rest. */
export function topN(entries: Iterable<readonly [name: string, value: number]>, limit: number): [string, number][] {
  const sorted = [...entries].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const top = sorted.slice(0, limit).map(([name, value]): [string, number] => [name, value]);
  const rest = sorted.slice(limit);
  if (rest.length > 0) top.push([OTHER, rest.reduce((sum, [, value]) => sum + value, 0)]);
  return top;
}

/** For counters: the first `limit` values met keep their name for good, later ones become `other`. */
export function createLabelLimit(limit: number): (value: string) => string {
  const named = new Set<string>();
  return (value) => {
    if (named.has(value)) return value;
    if (named.size >= limit) return OTHER;
    named.add(value);
    return value;
  };
}
