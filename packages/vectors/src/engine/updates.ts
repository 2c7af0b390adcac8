import type {
  Filter,
  Payload,
  PointId,
  PointInput,
  PointsSelector,
  SetPayloadRequest,
  UpdateOperation,
  UpsertRequest,
  Vector,
} from "../protocol.ts";
import { mergePayload, parsePath, removeAt } from "./payload-path.ts";
import { parsePointId, parsePointIds } from "./point-id.ts";
import { badFormat, badRequest, invalid, isObject, noPoint, Refusal } from "./refusal.ts";
import { slotsThat } from "./scan.ts";
import { compileSlotFilter } from "./slot-filter.ts";
import type { Table } from "./table.ts";
import { parseVectors, requireVector } from "./vector-input.ts";

/**
 * The operations that change points. Each is checked whole before it changes anything; what it does then can only fail with the storage,
 * or for ids that are not there: it changes the others, and is then refused (as in Qdrant).
 * They run inside `table.commit` and are given their operation's number, which becomes the version of the points they touch.
 */
export type Apply = (table: Table, operation: number) => void;

/** Checks the form of an operation, without looking at the points; what it returns looks at them. */
export function planUpdate(update: UpdateOperation): Apply {
  if (isObject(update)) {
    if ("upsert" in update) return planUpsert(update.upsert);
    if ("delete" in update) return planDelete(update.delete);
    if ("set_payload" in update) return planSetPayload(update.set_payload);
    if ("overwrite_payload" in update) return planOverwrite(update.overwrite_payload);
    if ("delete_payload" in update) return planDeletePayload(update.delete_payload);
    if ("clear_payload" in update) return planClear(update.clear_payload);
    if ("update_vectors" in update) return planUpdateVectors(update.update_vectors);
    if ("delete_vectors" in update) return planDeleteVectors(update.delete_vectors);
  }
  throw badFormat("data did not match any variant of untagged enum UpdateOperation");
}

const MODES = ["upsert", "insert_only", "update_only"];

/** New points are inserted whatever `update_filter` says; points that are there change only where it holds. */
function planUpsert(request: UpsertRequest): Apply {
  const mode = request.update_mode ?? "upsert";
  if (!MODES.includes(mode)) {
    throw badFormat(`unknown variant \`${mode}\`, expected one of \`upsert\`, \`insert_only\`, \`update_only\``);
  }
  const points = pointsOf(request);
  return (table, operation) => {
    const ready = points.map(({ vector, payload, id }, i) => ({
      id: parsePointId(id),
      vectors: parseVectors(vector, table.config, `points[${i}].vector.vector`),
      payload: payload ?? {},
    }));
    const mayChange = request.update_filter ? compileSlotFilter(request.update_filter, table).test : () => true;
    // All are decided on what was there before the request: of one id twice, the last is what stays.
    const written = ready.filter(({ id }) => {
      const slot = table.slotOf(id);
      return slot === undefined ? mode !== "update_only" : mode !== "insert_only" && mayChange(slot);
    });
    for (const { id, vectors, payload } of written) table.put(id, operation, { vectors, payload, replace: true });
  };
}

function pointsOf(request: UpsertRequest): readonly PointInput[] {
  const points = isObject(request.batch) ? fromColumns(request.batch) : request.points;
  if (!Array.isArray(points)) throw badFormat("data did not match any variant of untagged enum PointInsertOperations");
  if (points.length === 0) throw badRequest("Empty update request");
  if (points.some((point) => !isObject(point)))
    throw badFormat("data did not match any variant of untagged enum PointInsertOperations");
  for (const { id, payload, vector } of points as readonly PointInput[]) {
    parsePointId(id);
    if (vector === undefined) throw badFormat("missing field `vector`");
    if (payload !== undefined && payload !== null) checkPayload(payload);
  }
  return points;
}

/** {ids, vectors, payloads?}: the same points, written column by column. */
function fromColumns({ ids, vectors, payloads }: NonNullable<UpsertRequest["batch"]>): PointInput[] {
  if (!Array.isArray(ids)) throw badFormat("missing field `ids`");
  const named = isObject(vectors) ? Object.entries(vectors as Record<string, readonly Vector[]>) : undefined;
  for (const list of [...(named ? named.map(([, list]) => list) : [vectors]), ...(payloads ? [payloads] : [])]) {
    if (!Array.isArray(list)) throw badFormat("data did not match any variant of untagged enum BatchVectorStruct");
    if (list.length !== ids.length) {
      const what = list === payloads ? "payloads" : "vectors";
      throw invalid("batch.batch", `number of ids and ${what} must be equal (${ids.length} != ${list.length})`);
    }
  }
  return ids.map((id, i) => ({
    id,
    vector: named
      ? Object.fromEntries(named.map(([name, list]) => [name, list[i]!]))
      : (vectors as readonly Vector[])[i]!,
    payload: payloads?.[i],
  }));
}

function planDelete(selector: PointsSelector): Apply {
  const select = planSelection(selector, pointsSelectorExpected);
  return (table) => {
    for (const slot of select(table).slots) table.remove(slot);
  };
}

function planSetPayload(request: SetPayloadRequest): Apply {
  checkPayload(request.payload);
  const path = request.key === undefined || request.key === null ? undefined : parsePath(request.key);
  return planPayload(request, (payload) => mergePayload(payload, request.payload, path));
}

/** The whole payload, whatever `key` says (as in Qdrant). */
function planOverwrite(request: SetPayloadRequest): Apply {
  checkPayload(request.payload);
  return planPayload(request, () => request.payload);
}

function planDeletePayload(request: PointsSelector & { readonly keys: readonly string[] }): Apply {
  if (!Array.isArray(request.keys)) throw badFormat("missing field `keys`");
  const paths = request.keys.map(parsePath);
  return planPayload(request, (payload) => paths.reduce(removeAt, payload));
}

function planClear(request: PointsSelector): Apply {
  return planPayload(request, () => ({}), pointsSelectorExpected);
}

function planPayload(
  request: PointsSelector,
  change: (payload: Payload) => Readonly<Payload>,
  expected = selectionExpected,
): Apply {
  const select = planSelection(request, expected);
  return (table, operation) => {
    const { slots, missing } = select(table);
    for (const slot of slots) table.put(table.idOf(slot)!, operation, { payload: change(table.readPayload(slot)) });
    if (missing !== undefined) throw noPoint(missing);
  };
}

function planUpdateVectors(request: { readonly points: readonly Pick<PointInput, "id" | "vector">[] }): Apply {
  if (!Array.isArray(request.points)) throw badFormat("missing field `points`");
  if (request.points.length === 0) throw badRequest("Empty update request");
  if (request.points.some((point) => !isObject(point))) throw badFormat("invalid type, expected struct PointVectors");
  const points = request.points as readonly Pick<PointInput, "id" | "vector">[];
  return (table, operation) => {
    const ready = points.map(({ id, vector }, i) => ({
      id: parsePointId(id),
      vectors: parseVectors(vector, table.config, `points[${i}].vector.vector`),
    }));
    const missing = ready.find(({ id }) => table.slotOf(id) === undefined);
    for (const { id, vectors } of ready) if (table.slotOf(id) !== undefined) table.put(id, operation, { vectors });
    if (missing) throw noPoint(missing.id);
  };
}

function planDeleteVectors(request: PointsSelector & { readonly vector: readonly string[] }): Apply {
  if (!Array.isArray(request.vector)) throw badFormat("missing field `vector`");
  const select = planSelection(request, selectionExpected);
  return (table, operation) => {
    for (const name of request.vector) requireVector(table.config, name);
    const { slots, missing } = select(table);
    for (const slot of slots) table.put(table.idOf(slot)!, operation, { dropVectors: request.vector });
    if (missing !== undefined) throw noPoint(missing);
  };
}

const selectionExpected = () => badFormat("Either list of point ids or filter must be provided");
const pointsSelectorExpected = () => badFormat("data did not match any variant of untagged enum PointsSelector");

/** The points named, and the first that is not there; else those that pass the filter. */
function planSelection(selector: PointsSelector, expected: () => Refusal) {
  if (!isObject(selector as unknown)) throw expected();
  const { points, filter } = selector;
  const ids = points === undefined || points === null ? undefined : idsOf(points, expected);
  if (!ids && !isObject(filter)) throw expected();
  return (table: Table): { slots: readonly number[]; missing?: PointId } => {
    if (!ids) return { slots: slotsThat(table, compileSlotFilter(filter as Filter, table)) };
    const slots = ids.map((id) => table.slotOf(id)).filter((slot) => slot !== undefined);
    return { slots, missing: ids.find((id) => table.slotOf(id) === undefined) };
  };
}

function idsOf(points: readonly PointId[], expected: () => Refusal): PointId[] {
  try {
    return parsePointIds(points, "points");
  } catch (error) {
    throw error instanceof Refusal ? expected() : error;
  }
}

function checkPayload(payload: unknown): void {
  if (payload === undefined) throw badFormat("missing field `payload`");
  if (!isObject(payload)) {
    throw badFormat(`invalid type: ${Array.isArray(payload) ? "sequence" : typeof payload}, expected a map`);
  }
}
