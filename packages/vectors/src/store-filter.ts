import type { PointFilter } from "./port.ts";
import type { Condition, FieldCondition, Filter } from "./protocol.ts";

export const DELETED: FieldCondition = { key: "deleted", match: { value: true } };

/** What the port asks for, in Qdrant's words. */
export function storeFilter(where: PointFilter = {}): Filter {
  const must: Condition[] = [];
  const mustNot: Condition[] = [];
  const equal = (key: string, value: string | undefined) => {
    if (value !== undefined) must.push({ key, match: { value } });
  };
  equal("cluster_id", where.cluster);
  equal("source", where.source);
  equal("label", where.label);
  if (where.publishedFrom !== undefined || where.publishedTo !== undefined) {
    must.push({ key: "published_at", range: { gte: where.publishedFrom, lte: where.publishedTo } });
  }
  if (where.receivedFrom !== undefined || where.receivedBefore !== undefined) {
    must.push({ key: "received_at", range: { gte: where.receivedFrom, lt: where.receivedBefore } });
  }
  if (where.text !== undefined) must.push(...where.text.trim().split(/\s+/).map(wordCondition));
  if (where.assignedBefore !== undefined) must.push({ key: "assigned_with", range: { lt: where.assignedBefore } });
  if (where.hasLabel !== undefined) (where.hasLabel ? mustNot : must).push({ is_empty: { key: "label" } });
  if (where.deleted !== undefined) (where.deleted ? must : mustNot).push(DELETED);
  return { must, must_not: mustNot };
}

/** The same among the documents that are there: marks of deleted ones are left out. */
export function living(where: PointFilter = {}): Filter {
  return storeFilter({ ...where, deleted: false });
}

/** One word may stand in the title, the next in the text. */
function wordCondition(text: string): Filter {
  return { should: ["text", "title"].map((key) => ({ key, match: { text } })) };
}
