import type { Filter, OrderBy, PointId, PointRecord, QueryRequest } from "../protocol.ts";
import { createBest } from "./best.ts";
import { fuse, parseFusion } from "./fusion.ts";
import { normalPointId } from "./point-id.ts";
import { createProjection } from "./projection.ts";
import { orderBy } from "./reads.ts";
import { badFormat, badRequest, isObject, noPoint, notServed, whole, wrongInput } from "./refusal.ts";
import { scan, scanById } from "./scan.ts";
import type { Slab } from "./slab.ts";
import { compileSlotFilter, type SlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";
import { isList, paramsOf, parseVector } from "./vector-input.ts";

export interface Hit {
  readonly slot: number;
  readonly score: number;
  readonly version: number;
  readonly order_value?: number;
}

const UNSERVED = ["lookup_from"];
const UNSERVED_KINDS = ["formula", "discover", "context", "relevance_feedback"];

/** Ranks points: by nearness to a vector, by a field, at random, or by id. Exact. `random` gives [0, 1). */
export async function query(
  table: Table,
  request: QueryRequest,
  random: () => number,
): Promise<{ points: PointRecord[] }> {
  const limit = whole(request.limit, "internal.limit", 10);
  const offset = whole(request.offset, "offset", 0, 0);
  const project = createProjection(table, request, false);
  const hits = await rank(table, request, offset + limit, random);
  return { points: hits.slice(offset).map(({ slot, ...rest }) => project(slot, rest)) };
}

export async function rank(table: Table, request: QueryRequest, limit: number, random: () => number): Promise<Hit[]> {
  for (const name of UNSERVED) if (given(request[name])) throw notServed(`\`${name}\``);
  if (given(request.prefetch)) return rankPrefetched(table, request, limit, random);
  const filter = compileSlotFilter(request.filter, table);
  const asked = request.query;
  if (!given(asked)) return plain(await scanById(table, filter, undefined, limit));
  if (isList(asked) || normalPointId(asked) !== undefined) return nearest(table, request, filter, asked, limit);
  if (!isObject(asked)) throw badFormat("data did not match any variant of untagged enum QueryInterface");
  if (parseFusion(asked)) throw badRequest("cannot apply Fusion without prefetches");
  const kind = UNSERVED_KINDS.find((name) => Object.hasOwn(asked, name));
  if (kind) throw notServed(`a \`${kind}\` query`);
  if ("nearest" in asked) {
    if (given(asked.mmr)) throw notServed("`mmr`");
    return nearest(table, request, filter, asked.nearest, limit);
  }
  if ("recommend" in asked) return recommend(table, request, filter, asked.recommend, limit);
  if ("sample" in asked) {
    if (asked.sample !== "random") throw badFormat(`unknown variant \`${asked.sample}\`, expected \`random\``);
    return plain(await sample(table, filter, limit, random));
  }
  if ("order_by" in asked) {
    const ordered = await orderBy(table, asked.order_by as string | OrderBy, request.filter, limit);
    return ordered.map(({ slot, value }) => ({ slot, version: 0, score: 1, order_value: value }));
  }
  throw badFormat("data did not match any variant of untagged enum QueryInterface");
}

/** Ranks what other queries found, all of them under the filter of this one: by a fusion of their rankings, or by a query of its own. */
async function rankPrefetched(
  table: Table,
  request: QueryRequest,
  limit: number,
  random: () => number,
): Promise<Hit[]> {
  const { prefetch, ...rest } = request;
  const rankings: Hit[][] = [];
  // Points that are asked after are in no answer, whichever of the queries named them.
  const asked = { must_not: { has_id: exampleIds(request) } };
  const outer = both(request.filter, asked);
  for (const one of Array.isArray(prefetch) ? prefetch : [prefetch]) {
    if (!isObject(one)) throw badFormat("data did not match any variant of untagged enum Prefetch");
    const found = { ...one, filter: both(one.filter as Filter, outer) };
    rankings.push(await rank(table, found, whole(one.limit, "prefetch.limit", 10), random));
  }
  if (rankings.length === 0) return rank(table, rest, limit, random);
  const fusion = parseFusion(request.query);
  if (fusion) {
    const least = request.score_threshold ?? Number.NEGATIVE_INFINITY;
    const fused = fuse(fusion, rankings).filter(({ slot, score }) => score >= least && table.idOf(slot) !== undefined);
    return fused.slice(0, limit);
  }
  if (!given(request.query)) {
    throw badRequest("A query is needed to merge the prefetches. Can't have prefetches without defining a query.");
  }
  const ids = rankings.flat().map(({ slot }) => table.idOf(slot));
  const has_id = [...new Set(ids)].filter((id) => id !== undefined);
  const filter: Filter = { must: [{ has_id }, ...(outer ? [outer] : [])] };
  return rank(table, { ...rest, filter }, limit, random);
}

/** The points that a request and its prefetches name in place of vectors. */
function exampleIds({ query, prefetch }: QueryRequest): PointId[] {
  const { nearest, recommend } = isObject(query) ? query : { nearest: query, recommend: undefined };
  const { positive, negative } = isObject(recommend) ? recommend : {};
  const named = [nearest, positive, negative].flat().map(normalPointId);
  const below = [prefetch].flat().filter(isObject);
  return [...named.filter((id) => id !== undefined), ...below.flatMap((one) => exampleIds(one))];
}

function both(one: Filter | null | undefined, other: Filter | null | undefined): Filter | undefined {
  if (one && other) return { must: [one, other] };
  return one ?? other ?? undefined;
}

const given = (value: unknown) => value !== undefined && value !== null;
const plain = (slots: readonly number[]): Hit[] => slots.map((slot) => ({ slot, version: 0, score: 1 }));

function slabOf(table: Table, request: QueryRequest): Slab {
  const name = request.using ?? "";
  paramsOf(table.config, name);
  return table.slab(name)!;
}

/** A vector as given, or that of a point, which is then left out of the answer. */
function example(slab: Slab, table: Table, input: unknown, left: Set<PointId>): Float32Array {
  const id = normalPointId(input);
  if (id === undefined) return parseVector(input, slab.params, "internal.query.nearest");
  const slot = table.slotOf(id);
  if (slot === undefined) throw noPoint(id);
  const vector = slab.get(slot);
  if (!vector) throw wrongInput(`Point ${id} has no vector of that name`);
  left.add(id);
  return vector;
}

async function nearest(
  table: Table,
  request: QueryRequest,
  filter: SlotFilter,
  input: unknown,
  limit: number,
): Promise<Hit[]> {
  const slab = slabOf(table, request);
  const left = new Set<PointId>();
  return search(table, slab, example(slab, table, input, left), {
    filter,
    left,
    limit,
    threshold: request.score_threshold,
  });
}

/** Strategy `average_vector`: mean of the positives, moved away from the mean of the negatives by as much. */
async function recommend(
  table: Table,
  request: QueryRequest,
  filter: SlotFilter,
  input: unknown,
  limit: number,
): Promise<Hit[]> {
  if (!isObject(input)) throw badFormat("invalid type: recommend must be an object");
  if (given(input.strategy) && input.strategy !== "average_vector")
    throw notServed(`the strategy \`${input.strategy}\``);
  const slab = slabOf(table, request);
  const left = new Set<PointId>();
  const vectors = (list: unknown) =>
    (Array.isArray(list) ? list : given(list) ? [list] : []).map((one) => example(slab, table, one, left));
  const positive = vectors(input.positive);
  const negative = vectors(input.negative);
  if (positive.length === 0) throw wrongInput("At least one positive vector ID required with this strategy");
  const [to, from] = [mean(positive), negative.length > 0 ? mean(negative) : undefined];
  const target = from ? to.map((value, i) => 2 * value - from[i]!) : to;
  const vector = parseVector(target, slab.params, "recommend");
  return search(table, slab, vector, { filter, left, limit, threshold: request.score_threshold });
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]!.length);
  for (const vector of vectors)
    vector.forEach((value, i) => {
      sum[i]! += value;
    });
  return Float32Array.from(sum, (value) => value / vectors.length);
}

interface SearchOptions {
  readonly filter: SlotFilter;
  readonly left: ReadonlySet<PointId>;
  readonly limit: number;
  readonly threshold?: number | null;
}

/** Every vector is compared. Hits are scored anew at the end, for a write may have come between two slices. */
async function search(table: Table, slab: Slab, vector: Float32Array, options: SearchOptions): Promise<Hit[]> {
  const { filter, left, limit } = options;
  const { nearer } = slab;
  const leftSlots = new Set([...left].map((id) => table.slotOf(id)));
  const threshold = options.threshold ?? undefined;
  type Scored = { slot: number; rank: number };
  const compare = (a: Scored, b: Scored) => b.rank - a.rank || a.slot - b.slot;
  const best = createBest<Scored>(limit, compare);
  const rankOf = (slot: number) => nearer * Math.fround(slab.score(slot, vector));
  const least = threshold === undefined ? Number.NEGATIVE_INFINITY : nearer * Math.fround(threshold);
  const searched: SlotFilter = { ...filter, test: (slot) => slab.has(slot) && filter.test(slot) };
  await scan(table, searched, (slot) => {
    const rank = rankOf(slot);
    if (rank <= least || leftSlots.has(slot)) return;
    const worst = best.worst;
    if (!worst || rank > worst.rank) best.offer({ slot, rank });
  });
  const hits = best.sorted().filter(({ slot }) => table.idOf(slot) !== undefined && searched.test(slot));
  return hits
    .map(({ slot }) => ({ slot, rank: rankOf(slot) }))
    .sort(compare)
    .map(({ slot, rank }) => ({ slot, version: table.versionOf(slot), score: nearer * rank }));
}

/** Uniform, without replacement: a reservoir over one pass (Vitter's algorithm R), then shuffled. */
async function sample(table: Table, filter: SlotFilter, limit: number, random: () => number): Promise<number[]> {
  const kept: number[] = [];
  let seen = 0;
  await scan(table, filter, (slot) => {
    seen += 1;
    if (kept.length < limit) kept.push(slot);
    else {
      const at = Math.floor(random() * seen);
      if (at < limit) kept[at] = slot;
    }
  });
  for (let i = kept.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [kept[i], kept[j]] = [kept[j]!, kept[i]!];
  }
  return kept.filter((slot) => table.idOf(slot) !== undefined && filter.test(slot));
}
