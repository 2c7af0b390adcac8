import type { PointRecord, QueryRequest } from "../protocol.ts";
import { openLists, parsePath, valuesAt } from "./payload-path.ts";
import { createProjection } from "./projection.ts";
import { type Hit, rank } from "./query.ts";
import { badFormat, invalid, notServed, whole } from "./refusal.ts";
import { createPauses } from "./scan.ts";
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
export async function queryGroups(
  table: Table,
  request: GroupsRequest,
  random: () => number,
): Promise<{ groups: Group[] }> {
  if (typeof request.group_by !== "string") throw badFormat("missing field `group_by`");
  if (request.with_lookup !== undefined && request.with_lookup !== null) throw notServed("`with_lookup`");
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
