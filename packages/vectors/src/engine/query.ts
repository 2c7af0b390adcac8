import type { Filter, OrderBy, PointRecord, QueryRequest } from "../protocol.ts";
import { createExamples, type Examples, exampleIds, given } from "./examples.ts";
import { rescore } from "./formula.ts";
import { fuse, parseFusion } from "./fusion.ts";
import { diversify, parseMmr } from "./mmr.ts";
import { contextual, discovery, recommendation } from "./objectives.ts";
import { normalPointId } from "./point-id.ts";
import { createProjection } from "./projection.ts";
import { orderBy } from "./reads.ts";
import { badFormat, badRequest, isObject, notServed, whole } from "./refusal.ts";
import { scan, scanById } from "./scan.ts";
import { type Hit, type Objective, search } from "./search.ts";
import { compileSlotFilter, type SlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";
import { isList } from "./vector-input.ts";

/** What a query is asked of, and what it may ask for itself. */
export interface Asked {
  readonly table: Table;
  /** [0, 1). */
  readonly random: () => number;
  /** Another collection, to look points up in; refused where there is none. */
  readonly tableOf: (collection: string) => Table;
}

const noQuery = () => badFormat("data did not match any variant of untagged enum QueryInterface");

/** Ranks points: by nearness to vectors, by a field, at random, or by id. Exact. */
export async function query(asked: Asked, request: QueryRequest): Promise<{ points: PointRecord[] }> {
  const limit = whole(request.limit, "internal.limit", 10);
  const offset = whole(request.offset, "offset", 0, 0);
  const project = createProjection(asked.table, request, false);
  const hits = await rank(asked, request, offset + limit);
  return { points: hits.slice(offset).map(({ slot, ...rest }) => project(slot, rest)) };
}

export async function rank(asked: Asked, request: QueryRequest, limit: number): Promise<Hit[]> {
  const ids = exampleIds(request);
  const filter = ids.length > 0 ? both(request.filter, { must_not: { has_id: ids } }) : request.filter;
  return rankBelow(asked, { ...request, filter }, limit);
}

/** Without points that the request, or one that it is part of, asks after: its filter leaves them out. */
async function rankBelow(asked: Asked, request: QueryRequest, limit: number): Promise<Hit[]> {
  if (given(request.prefetch)) return rankPrefetched(asked, request, limit);
  const { table } = asked;
  const filter = compileSlotFilter(request.filter, table);
  const { query } = request;
  if (!given(query)) return plain(await scanById(table, filter, undefined, limit));
  if (parseFusion(query)) throw badRequest("cannot apply Fusion without prefetches");
  if (isObject(query) && "sample" in query) {
    if (query.sample !== "random") throw badFormat(`unknown variant \`${query.sample}\`, expected \`random\``);
    return plain(await sample(table, filter, limit, asked.random));
  }
  if (isObject(query) && "order_by" in query) {
    const ordered = await orderBy(table, query.order_by as string | OrderBy, request.filter, limit);
    return ordered.map(({ slot, value }) => ({ slot, version: 0, score: 1, order_value: value }));
  }
  if (isObject(query) && "formula" in query) throw badRequest("cannot apply Formula without prefetches");
  if (isObject(query) && "relevance_feedback" in query) throw notServed("a `relevance_feedback` query");
  const examples = createExamples(table, request, asked.tableOf);
  const mmr = isObject(query) && given(query.mmr) ? parseMmr(query.mmr, limit) : undefined;
  const objective = objectiveOf(query, examples);
  const options = { filter, limit: mmr?.candidates ?? limit, threshold: request.score_threshold };
  const hits = await search(table, examples.slab, objective, options);
  return mmr ? diversify(examples.slab, objective.examples[0]!, hits, mmr, limit) : hits;
}

function objectiveOf(query: unknown, examples: Examples): Objective {
  if (isList(query) || normalPointId(query) !== undefined) return { examples: [examples.read(query)] };
  if (!isObject(query)) throw noQuery();
  if ("nearest" in query) return { examples: [examples.read(query.nearest)] };
  if ("recommend" in query) return recommendation(query.recommend, examples);
  if ("discover" in query) return discovery(query.discover, examples);
  if ("context" in query) return contextual(query.context, examples);
  if ("indices" in query) return { examples: [examples.read(query)] };
  throw noQuery();
}

/** Ranks what other queries found, all of them under the filter of this one: by a fusion of their rankings, or by a query of its own. */
async function rankPrefetched(asked: Asked, request: QueryRequest, limit: number): Promise<Hit[]> {
  const { table } = asked;
  const { prefetch, filter: outer, ...rest } = request;
  const rankings: Hit[][] = [];
  for (const one of Array.isArray(prefetch) ? prefetch : [prefetch]) {
    if (!isObject(one)) throw badFormat("data did not match any variant of untagged enum Prefetch");
    const found = { ...one, filter: both(one.filter as Filter, outer) };
    rankings.push(await rankBelow(asked, found, whole(one.limit, "prefetch.limit", 10)));
  }
  if (rankings.length === 0) return rankBelow(asked, { ...rest, filter: outer }, limit);
  const fusion = parseFusion(request.query);
  if (fusion) {
    const least = request.score_threshold ?? Number.NEGATIVE_INFINITY;
    const fused = fuse(fusion, rankings).filter(({ slot, score }) => score >= least && table.idOf(slot) !== undefined);
    return fused.slice(0, limit);
  }
  if (isObject(request.query) && "formula" in request.query) {
    const least = request.score_threshold ?? Number.NEGATIVE_INFINITY;
    const scored = rescore(table, request.query, rankings);
    return scored.filter(({ score }) => score >= least).slice(0, limit);
  }
  if (!given(request.query)) {
    throw badRequest("A query is needed to merge the prefetches. Can't have prefetches without defining a query.");
  }
  const ids = rankings.flat().map(({ slot }) => table.idOf(slot));
  const has_id = [...new Set(ids)].filter((id) => id !== undefined);
  const filter: Filter = { must: [{ has_id }, ...(outer ? [outer] : [])] };
  return rankBelow(asked, { ...rest, filter }, limit);
}

function both(one: Filter | null | undefined, other: Filter | null | undefined): Filter | undefined {
  if (one && other) return { must: [one, other] };
  return one ?? other ?? undefined;
}

const plain = (slots: readonly number[]): Hit[] => slots.map((slot) => ({ slot, version: 0, score: 1 }));

/** Uniform, without replacement: a reservoir over one pass (Vitter's algorithm R), then shuffled. */
export async function sample(table: Table, filter: SlotFilter, limit: number, random: () => number): Promise<number[]> {
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
