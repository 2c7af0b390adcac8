import type { PointRecord, QueryRequest, Selectors } from "../protocol.ts";
import { given } from "./examples.ts";
import { openLists, parsePath, valuesAt } from "./payload-path.ts";
import { normalPointId } from "./point-id.ts";
import { createProjection } from "./projection.ts";
import { type Asked, rank } from "./query.ts";
import { badFormat, invalid, isObject, whole } from "./refusal.ts";
import { createPauses } from "./scan.ts";
import type { Hit } from "./search.ts";
import type { Table } from "./table.ts";

export interface GroupsRequest extends QueryRequest {
  readonly group_by: string;
  readonly group_size?: number | null;
}

export interface Group {
  readonly id: string | number;
  readonly hits: PointRecord[];
}

/** The best points of the best groups; a point whose field is a list stands in several. */
export async function queryGroups(asked: Asked, request: GroupsRequest): Promise<{ groups: Group[] }> {
  const { table } = asked;
  if (typeof request.group_by !== "string") throw badFormat("missing field `group_by`");
  const lookup = createLookup(request.with_lookup, asked.tableOf);
  const groupsWanted = whole(request.limit, "query_groups_request.limit", 10);
  const size = whole(request.group_size, "query_groups_request.group_size", 3);
  const project = createProjection(table, request, false);
  const valuesOf = groupValues(table, request.group_by);
  const pause = createPauses();
  for (let taken = 4 * groupsWanted * size; ; taken *= 4) {
    const hits = await rank(asked, request, taken);
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
    if (!full && hits.length === taken) continue;
    return {
      groups: [...groups].map(([id, found]) => ({
        hits: found.map(({ slot, ...rest }) => project(slot, rest)),
        id,
        ...lookup(id),
      })),
    };
  }
}

/** The point of another collection that a group's value is the id of. */
function createLookup(request: unknown, tableOf: Asked["tableOf"]): (id: string | number) => { lookup?: PointRecord } {
  if (!given(request)) return () => ({});
  const wanted = typeof request === "string" ? { collection: request } : request;
  if (!isObject(wanted) || typeof wanted.collection !== "string")
    throw badFormat("data did not match any variant of untagged enum WithLookupInterface");
  const table = tableOf(wanted.collection);
  const project = createProjection(table, wanted as Selectors, true);
  return (value) => {
    const id = normalPointId(value);
    const slot = id === undefined ? undefined : table.slotOf(id);
    return slot === undefined ? {} : { lookup: project(slot) };
  };
}

function groupValues(table: Table, field: string): (slot: number) => (string | number)[] {
  if (field === "") throw invalid("query_groups_request.group_by", "must not be empty");
  const path = parsePath(field);
  return (slot) => {
    const values = new Set(openLists(valuesAt(table.payload(slot), path)));
    return [...values].filter(
      (value) => typeof value === "string" || Number.isInteger(value) || typeof value === "bigint",
    ) as (string | number)[];
  };
}
