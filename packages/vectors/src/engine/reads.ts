import type {
  FacetHit,
  FacetRequest,
  Filter,
  OrderBy,
  PointId,
  PointRecord,
  ScrollRequest,
  Selectors,
} from "../protocol.ts";
import { createBest } from "./best.ts";
import { parseDatetime } from "./datetime.ts";
import { comparePointIds, parsePointId, parsePointIds } from "./point-id.ts";
import { createProjection } from "./projection.ts";
import { badFormat, isObject, whole, within, wrongInput } from "./refusal.ts";
import { scan, scanById } from "./scan.ts";
import { canFacet, canOrderBy } from "./schema.ts";
import { compileSlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";

const DOCS =
  "Check https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload schemas support";

/** By id, in the order asked for, each once; those not there are left out. */
export function retrieve(table: Table, request: Selectors & { readonly ids: readonly PointId[] }): PointRecord[] {
  const project = createProjection(table, request, true);
  const records: PointRecord[] = [];
  for (const id of new Set(parsePointIds(request.ids, "ids"))) {
    const slot = table.slotOf(id);
    if (slot !== undefined) records.push(project(slot));
  }
  return records;
}

export async function scroll(
  table: Table,
  request: ScrollRequest,
): Promise<{ points: PointRecord[]; next_page_offset: PointId | null }> {
  const limit = whole(request.limit, "scroll_request.limit", 10);
  const project = createProjection(table, request, true);
  const hasOffset = request.offset !== undefined && request.offset !== null;
  if (request.order_by !== undefined && request.order_by !== null) {
    if (hasOffset) {
      throw wrongInput(
        "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a filter to exclude the IDs that you've already seen for the `order_by.start_from` value",
      );
    }
    const ordered = await orderBy(table, request.order_by, request.filter, limit);
    return { points: ordered.map(({ slot, value }) => project(slot, { order_value: value })), next_page_offset: null };
  }
  const from = hasOffset ? parsePointId(request.offset) : undefined;
  const slots = await scanById(table, compileSlotFilter(request.filter, table), from, limit + 1);
  const living = slots.filter((slot) => table.idOf(slot) !== undefined);
  const next = living.length > limit ? table.idOf(living.pop()!)! : null;
  return { points: living.map((slot) => project(slot)), next_page_offset: next };
}

/** The first points by a number or date-time of theirs; a point with several values comes once for each. */
export async function orderBy(table: Table, order: string | OrderBy, filter: Filter | null | undefined, limit: number) {
  const { key, direction, start_from } = typeof order === "string" ? ({ key: order } as OrderBy) : order;
  const schema = table.schemas.get(key);
  const column = table.columns.get(key);
  if (!schema || !column || !canOrderBy(schema)) {
    throw wrongInput(
      `No range index for \`order_by\` key: \`${key}\`. Please create one to use \`order_by\`. ${DOCS} Range conditions`,
    );
  }
  if (![undefined, null, "asc", "desc"].includes(direction))
    throw badFormat(`unknown variant \`${direction}\`, expected \`asc\` or \`desc\``);
  const sign = direction === "desc" ? -1 : 1;
  const start = startOf(start_from);
  const compiled = compileSlotFilter(filter, table);
  type Entry = { slot: number; id: PointId; value: number };
  const best = createBest<Entry>(limit, (a, b) => sign * (a.value - b.value) || comparePointIds(a.id, b.id));
  await scan(table, compiled, (slot) => {
    column.each(slot, (value) => {
      if (typeof value !== "number" || (start !== undefined && sign * (value - start) < 0)) return;
      best.offer({ slot, id: table.idOf(slot)!, value });
    });
  });
  return best.sorted().filter(({ slot, id }) => table.slotOf(id) === slot && compiled.test(slot));
}

function startOf(from: number | string | null | undefined): number | undefined {
  if (from === undefined || from === null || typeof from === "number") return from ?? undefined;
  const at = typeof from === "string" ? parseDatetime(from) : undefined;
  if (at === undefined) throw badFormat("data did not match any variant of untagged enum StartFrom");
  return at;
}

export async function count(table: Table, request: { readonly filter?: Filter | null }): Promise<{ count: number }> {
  const filter = within("count_request", () => compileSlotFilter(request.filter, table));
  if (!request.filter) return { count: table.size };
  let found = 0;
  await scan(table, filter, () => {
    found += 1;
  });
  return { count: found };
}

/** Exact counts of an indexed field's values, most frequent first, then by value. */
export async function facet(table: Table, request: FacetRequest): Promise<{ hits: FacetHit[] }> {
  if (!isObject(request) || typeof request.key !== "string") throw badFormat("missing field `key`");
  const limit = whole(request.limit, "facet_request.limit", 10);
  const schema = table.schemas.get(request.key);
  const column = table.columns.get(request.key);
  if (!schema || !column || !canFacet(schema)) {
    throw wrongInput(
      `No appropriate index for faceting: \`${request.key}\`. Please create one to facet on this field. ${DOCS} Match conditions`,
    );
  }
  const counts = new Map<string | number | boolean, number>();
  const add = (value: string | number | boolean) => void counts.set(value, (counts.get(value) ?? 0) + 1);
  await scan(table, compileSlotFilter(request.filter, table), (slot) => column.each(slot, add));
  const hits = [...counts].map(([value, count]) => ({ value, count }));
  return { hits: hits.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, limit) };
}
