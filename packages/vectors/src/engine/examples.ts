import type { PointId, QueryRequest } from "../protocol.ts";
import { normalPointId } from "./point-id.ts";
import { badFormat, isObject, noPoint, notFound } from "./refusal.ts";
import type { Slab, StoredVector } from "./slab.ts";
import type { Table } from "./table.ts";
import { isList, parseNamed, requireVector } from "./vector-input.ts";

/** Where a query's examples come from, and what they are compared with. */
export interface Examples {
  readonly slab: Slab;
  /** A vector as given, or that of a point; as the query compares it. */
  read(input: unknown): StoredVector;
}

export const given = (value: unknown) => value !== undefined && value !== null;

/** `tableOf` finds the collection of `lookup_from`. */
export function createExamples(table: Table, request: QueryRequest, tableOf: (name: string) => Table): Examples {
  const name = request.using ?? "";
  requireVector(table.config, name);
  const slab = table.slab(name)!;
  const lookup = request.lookup_from;
  if (given(lookup) && (!isObject(lookup) || typeof lookup.collection !== "string"))
    throw badFormat("missing field `collection`");
  const source = isObject(lookup) ? tableOf(String(lookup.collection)) : table;
  const sourceName = isObject(lookup) && typeof lookup.vector === "string" ? lookup.vector : name;

  return {
    slab,
    read(input) {
      const id = normalPointId(input);
      if (id === undefined) return slab.weighed(parseNamed(input, table.config, name, "internal.query.nearest"));
      const slot = source.slotOf(id);
      if (slot === undefined) throw noPoint(id);
      requireVector(source.config, sourceName);
      const vector = source.slab(sourceName)!.get(slot);
      if (!vector) throw notFound(`Vector with name ${JSON.stringify(sourceName)} for point`);
      return slab.weighed(parseNamed(vector, table.config, name, "internal.query.nearest"));
    },
  };
}

/** What a query names as examples: vectors and ids. */
export function exampleInputs(query: unknown): readonly unknown[] {
  if (!isObject(query)) return isList(query) || !given(query) ? [] : [query];
  const { nearest, recommend, discover, context } = query;
  if (isObject(recommend)) return [...listOf(recommend.positive), ...listOf(recommend.negative)];
  if (isObject(discover)) return [discover.target, ...pairsOf(discover.context).flatMap(both)];
  if (given(context)) return pairsOf(context).flatMap(both);
  return [nearest];
}

const both = ({ positive, negative }: Pair) => [positive, negative];

/** The points that a request and its prefetches name in place of vectors: none of them is in the answer. */
export function exampleIds({ query, prefetch, lookup_from }: QueryRequest): PointId[] {
  const named = given(lookup_from) ? [] : exampleInputs(query).map(normalPointId);
  const below = [prefetch].flat().filter(isObject);
  return [...named.filter((id) => id !== undefined), ...below.flatMap((one) => exampleIds(one))];
}

export const listOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : given(list) ? [list] : []);

export interface Pair {
  readonly positive: unknown;
  readonly negative: unknown;
}

/** One pair or several. */
export function pairsOf(context: unknown): readonly Pair[] {
  return listOf(context).map((pair) => {
    if (!isObject(pair) || !given(pair.positive) || !given(pair.negative))
      throw badFormat("data did not match any variant of untagged enum QueryInterface");
    return { positive: pair.positive, negative: pair.negative };
  });
}
