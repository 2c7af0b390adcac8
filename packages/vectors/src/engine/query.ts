import type { OrderBy, PointId, PointRecord, QueryRequest } from "../protocol.ts";
import { createBest } from "./best.ts";
import { openLists, parsePath, valuesAt } from "./payload-path.ts";
import { normalPointId } from "./point-id.ts";
import { createProjection } from "./projection.ts";
import { orderBy } from "./reads.ts";
import { badFormat, invalid, isObject, noPoint, notServed, whole, wrongInput } from "./refusal.ts";
import { createPauses, scan, scanById } from "./scan.ts";
import type { Slab } from "./slab.ts";
import { compileSlotFilter, type SlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";
import { isList, paramsOf, parseVector } from "./vector-input.ts";

interface Hit {
  readonly slot: number;
  readonly score: number;
  readonly version: number;
  readonly order_value?: number;
}

const UNSERVED = ["prefetch", "lookup_from"];
const UNSERVED_KINDS = ["fusion", "rrf", "formula", "discover", "context", "relevance_feedback"];

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

async function rank(table: Table, request: QueryRequest, limit: number, random: () => number): Promise<Hit[]> {
  for (const name of UNSERVED) if (given(request[name])) throw notServed(`\`${name}\``);
  const filter = compileSlotFilter(request.filter, table);
  const asked = request.query;
  if (!given(asked)) return plain(await scanById(table, filter, undefined, limit));
  if (isList(asked) || normalPointId(asked) !== undefined) return nearest(table, request, filter, asked, limit);
  if (!isObject(asked)) throw badFormat("data did not match any variant of untagged enum QueryInterface");
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

export interface GroupsRequest extends QueryRequest {
  readonly group_by: string;
  readonly group_size?: number | null;
}

export interface Group {
  readonly id: string | number;
  readonly hits: PointRecord[];
}

/** The best points of the best groups; a point whose field is a list stands in several. */
export async function queryGroups(
  table: Table,
  request: GroupsRequest,
  random: () => number,
): Promise<{ groups: Group[] }> {
  if (typeof request.group_by !== "string") throw badFormat("missing field `group_by`");
  if (given(request.with_lookup)) throw notServed("`with_lookup`");
  const groupsWanted = whole(request.limit, "query_groups_request.limit", 10);
  const size = whole(request.group_size, "query_groups_request.group_size", 3);
  const project = createProjection(table, request, false);
  const valuesOf = groupValues(table, request.group_by);
  const pause = createPauses();
  for (let asked = 4 * groupsWanted * size; ; asked *= 4) {
    const hits = await rank(table, request, asked, random);
    const groups = new Map<string | number, Hit[]>();
    for (const hit of hits) {
      for (const value of valuesOf(hit.slot)) {
        const group = groups.get(value);
        if (!group && groups.size < groupsWanted) groups.set(value, [hit]);
        else if (group && group.length < size) group.push(hit);
      }
      await pause();
    }
    const full = groups.size === groupsWanted && [...groups.values()].every((group) => group.length === size);
    if (!full && hits.length === asked) continue;
    return {
      groups: [...groups].map(([id, found]) => ({ hits: found.map(({ slot, ...rest }) => project(slot, rest)), id })),
    };
  }
}

function groupValues(table: Table, field: string): (slot: number) => (string | number)[] {
  if (field === "") throw invalid("query_groups_request.group_by", "must not be empty");
  const path = parsePath(field);
  return (slot) => {
    const values = new Set(openLists(valuesAt(table.payload(slot), path)));
    return [...values].filter((value) => typeof value === "string" || Number.isInteger(value)) as (string | number)[];
  };
}
