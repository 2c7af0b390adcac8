import type { Filter, PointId } from "../protocol.ts";
import { type Asked, sample } from "./query.ts";
import { whole } from "./refusal.ts";
import { search } from "./search.ts";
import { compileSlotFilter } from "./slot-filter.ts";
import { requireVector } from "./vector-input.ts";

export interface MatrixRequest {
  /** How many points are drawn; 10. */
  readonly sample?: number | null;
  /** Neighbours of each among the others; 3. */
  readonly limit?: number | null;
  readonly filter?: Filter | null;
  readonly using?: string | null;
}

export interface Pair {
  readonly a: PointId;
  readonly b: PointId;
  readonly score: number;
}

/** The nearest neighbours of randomly drawn points, among themselves. */
export async function matrixPairs({ table, random }: Asked, request: MatrixRequest): Promise<{ pairs: Pair[] }> {
  const size = whole(request.sample, "search_request.sample", 10, 2);
  const limit = whole(request.limit, "search_request.limit", 3);
  const name = request.using ?? "";
  requireVector(table.config, name);
  const slab = table.slab(name)!;
  const filter = compileSlotFilter(request.filter, table);
  const withVector = { ...filter, test: (slot: number) => slab.has(slot) && filter.test(slot) };
  const drawn = (await sample(table, withVector, size, random)).sort((a, b) => a - b);
  const pairs: Pair[] = [];
  for (const slot of drawn) {
    const vector = slab.get(slot);
    const a = table.idOf(slot);
    if (!vector || a === undefined) continue;
    const others = { candidates: drawn, test: (other: number) => other !== slot && filter.test(other) };
    for (const { slot: other, score } of await search(table, slab, { examples: [vector] }, { filter: others, limit }))
      pairs.push({ a, b: table.idOf(other)!, score });
  }
  return { pairs };
}

/** The same as lists: places in `ids` of both ends of each pair. */
export async function matrixOffsets(asked: Asked, request: MatrixRequest) {
  const { pairs } = await matrixPairs(asked, request);
  const ids = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const places = new Map(ids.map((id, place) => [id, place]));
  return {
    offsets_row: pairs.map(({ a }) => places.get(a)!),
    offsets_col: pairs.map(({ b }) => places.get(b)!),
    scores: Float32Array.from(pairs, ({ score }) => score),
    ids,
  };
}
