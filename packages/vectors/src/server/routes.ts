import type { Collection } from "../engine/collection.ts";
import type { Engine } from "../engine/engine.ts";
import type { GroupsRequest } from "../engine/groups.ts";
import { normalPointId, readPointId } from "../engine/point-id.ts";
import { badFormat, badRequest, isObject, notFound, notServed, Refusal, wrongInput } from "../engine/refusal.ts";
import type { FacetRequest, PointId, QueryRequest, ScrollRequest, Selectors, UpdateOperation } from "../protocol.ts";
import type { Parameters } from "./parameters.ts";

export interface Call {
  readonly engine: Engine;
  /** The `:name` and `:id` of the path, decoded. */
  readonly name: string;
  readonly id: string;
  readonly parameters: Parameters;
  /** The parsed body; throws where there is none or it is not JSON. */
  readonly body: () => Record<string, unknown>;
}

export type Answer = (call: Call) => unknown;

export interface Route {
  readonly method: string;
  /** `:name` and `:id` stand for one segment. */
  readonly path: string;
  readonly answer: Answer;
}

const route = (method: string, path: string, answer: Answer): Route => ({ method, path, answer });
const C = "/collections/:name";

/** A write of one kind: the body is the operation. */
const update = (method: string, path: string, kind: string) =>
  route(method, path, ({ engine, name, parameters, body }) => {
    const [operation] = runUpdates(engine.collection(name), [{ [kind]: body() }]);
    return updateResult(operation!, parameters);
  });

export const routes: readonly Route[] = [
  route("GET", "/collections", ({ engine }) => ({ collections: engine.names().map((name) => ({ name })) })),
  route("GET", "/aliases", ({ engine }) => ({ aliases: engine.aliases() })),
  route("POST", "/collections/aliases", ({ engine, body }) => {
    engine.changeAliases(body().actions);
    return true;
  }),
  route("GET", `${C}/aliases`, ({ engine, name }) => ({ aliases: engine.aliases(name) })),
  route("GET", `${C}/exists`, ({ engine, name }) => ({ exists: engine.find(name) !== undefined })),
  route("PUT", C, ({ engine, name, body }) => {
    engine.createCollection(name, body());
    return true;
  }),
  route("PATCH", C, ({ engine, name, body }) => {
    engine.updateCollection(name, body());
    return true;
  }),
  route("GET", C, ({ engine, name }) => describe(engine.collection(name))),
  route("DELETE", C, ({ engine, name }) => engine.deleteCollection(name)),
  route("PUT", `${C}/index`, ({ engine, name, parameters, body }) => {
    const { field_name, field_schema } = body();
    return updateResult(engine.collection(name).createIndex(field_name, field_schema), parameters);
  }),
  route("DELETE", `${C}/index/:id`, ({ engine, name, id, parameters }) =>
    updateResult(engine.collection(name).deleteIndex(id), parameters),
  ),

  update("PUT", `${C}/points`, "upsert"),
  update("POST", `${C}/points/delete`, "delete"),
  update("POST", `${C}/points/payload`, "set_payload"),
  update("PUT", `${C}/points/payload`, "overwrite_payload"),
  update("POST", `${C}/points/payload/delete`, "delete_payload"),
  update("POST", `${C}/points/payload/clear`, "clear_payload"),
  update("PUT", `${C}/points/vectors`, "update_vectors"),
  update("POST", `${C}/points/vectors/delete`, "delete_vectors"),
  route("POST", `${C}/points/batch`, ({ engine, name, parameters, body }) => {
    const { operations } = body();
    if (!Array.isArray(operations)) throw badFormat("missing field `operations`");
    if (operations.length === 0) throw badRequest("Empty update request");
    return runUpdates(engine.collection(name), operations).map((one) => updateResult(one, parameters));
  }),

  route("POST", `${C}/points`, ({ engine, name, body }) =>
    engine.collection(name).retrieve(body() as unknown as Selectors & { ids: PointId[] }),
  ),
  route("GET", `${C}/points/:id`, ({ engine, name, id }) => {
    const point = normalPointId(/^\d{1,20}$/.test(id) ? readPointId(id) : id);
    if (point === undefined) throw wrongInput(`Can not recognize ${JSON.stringify(id)} as point id`);
    const [record] = engine.collection(name).retrieve({ ids: [point], with_payload: true, with_vector: true });
    if (!record) throw notFound(`Point with id ${id} does not exists!`);
    return record;
  }),
  route("POST", `${C}/points/scroll`, ({ engine, name, body }) =>
    engine.collection(name).scroll(body() as ScrollRequest),
  ),
  route("POST", `${C}/points/count`, ({ engine, name, body }) => engine.collection(name).count(body())),
  route("POST", `${C}/facet`, ({ engine, name, body }) =>
    engine.collection(name).facet(body() as unknown as FacetRequest),
  ),
  route("POST", `${C}/points/query`, ({ engine, name, body }) => engine.collection(name).query(body())),
  route("POST", `${C}/points/query/batch`, async ({ engine, name, body }) =>
    Promise.all(searchesOf(body()).map((one) => engine.collection(name).query(one))),
  ),
  route("POST", `${C}/points/query/groups`, ({ engine, name, body }) =>
    engine.collection(name).queryGroups(body() as unknown as GroupsRequest),
  ),
  // older clients
  route(
    "POST",
    `${C}/points/search`,
    async ({ engine, name, body }) => (await engine.collection(name).query(asQuery(body()))).points,
  ),
  route("POST", `${C}/points/search/batch`, ({ engine, name, body }) =>
    Promise.all(searchesOf(body()).map(async (one) => (await engine.collection(name).query(asQuery(one))).points)),
  ),

  route("GET", "/cluster", () => ({ status: "disabled" })),
  route("GET", "/issues", () => ({ issues: [] })),
  ...["/snapshots", `${C}/snapshots`, `${C}/snapshots/:id`, `${C}/snapshots/recover`, `${C}/snapshots/upload`].flatMap(
    (path) => ["GET", "POST", "PUT", "DELETE"].map((method) => route(method, path, unserved("snapshots"))),
  ),
  route("POST", `${C}/points/search/matrix/pairs`, unserved("the distance matrix")),
  route("POST", `${C}/points/search/matrix/offsets`, unserved("the distance matrix")),
];

function unserved(what: string): Answer {
  return () => {
    throw new Refusal(501, notServed(what).message.replace("Wrong input", "Not implemented"));
  };
}

function runUpdates(collection: Collection, operations: readonly Record<string, unknown>[]): number[] {
  return collection.update(operations as unknown as UpdateOperation[]);
}

const updateResult = (operation_id: number, { wait }: Parameters) => ({
  operation_id,
  status: wait ? "completed" : "acknowledged",
});

function searchesOf({ searches }: Record<string, unknown>): QueryRequest[] {
  if (!Array.isArray(searches) || !searches.every(isObject)) throw badFormat("missing field `searches`");
  return searches;
}

/** `{vector: [...] | {name, vector}}` of the former search as a query. */
function asQuery({ vector, ...rest }: Record<string, unknown>): QueryRequest {
  if (isObject(vector) && "name" in vector) return { ...rest, query: vector.vector, using: String(vector.name) };
  if (vector === undefined) throw badFormat("missing field `vector`");
  return { ...rest, query: vector };
}

function describe(collection: Collection) {
  const { config, metadata } = collection.state;
  const schemas = collection.indexes.map(({ field, schema, points }) => {
    const { type, params } = schema;
    return [field, { data_type: type, ...(params && { params }), points }] as const;
  });
  return {
    status: "green",
    optimizer_status: "ok",
    indexed_vectors_count: 0,
    points_count: collection.size,
    segments_count: 1,
    config: { ...config, ...(metadata && { metadata }) },
    payload_schema: Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1))),
    update_queue: { length: 0 },
  };
}
