import { statfsSync } from "node:fs";
import { totalmem } from "node:os";
import type { Collection } from "../engine/collection.ts";
import type { GroupsRequest } from "../engine/groups.ts";
import { normalPointId, readPointId } from "../engine/point-id.ts";
import { badFormat, badRequest, isObject, notFound, notServed, Refusal, wrongInput } from "../engine/refusal.ts";
import type { FacetRequest, PointId, QueryRequest, ScrollRequest, Selectors, UpdateOperation } from "../protocol.ts";
import type { Parameters } from "./parameters.ts";
import { type Answer, type Route, read, write } from "./route.ts";
import { snapshotRoutes } from "./snapshot-routes.ts";

const C = "/collections/:name";

/** A write of one kind: the body is the operation. */
const update = (method: string, path: string, kind: string): Route => ({
  ...write(method, path, ({ engine, name, parameters, body }) => {
    const [operation] = runUpdates(engine.collection(name), [{ [kind]: body() }]);
    return updateResult(operation!, parameters);
  }),
  placeless: true,
});

export const routes: readonly Route[] = [
  read("GET", "/collections", ({ engine }) => ({ collections: engine.names().map((name) => ({ name })) })),
  read("GET", "/aliases", ({ engine }) => ({ aliases: engine.aliases() })),
  write("POST", "/collections/aliases", ({ engine, body }) => {
    engine.changeAliases(body().actions);
    return true;
  }),
  read("GET", `${C}/aliases`, ({ engine, name }) => ({ aliases: engine.aliases(name) })),
  read("GET", `${C}/exists`, ({ engine, name }) => ({ exists: engine.find(name) !== undefined })),
  write("PUT", C, ({ engine, name, body }) => {
    engine.createCollection(name, body());
    return true;
  }),
  write("PATCH", C, ({ engine, name, body }) => {
    engine.updateCollection(name, body());
    return true;
  }),
  read("GET", C, ({ engine, name }) => describe(engine.collection(name))),
  write("DELETE", C, ({ engine, name }) => engine.deleteCollection(name)),
  write("PUT", `${C}/index`, ({ engine, name, parameters, body }) => {
    const { field_name, field_schema } = body();
    return updateResult(engine.collection(name).createIndex(field_name, field_schema), parameters);
  }),
  write("DELETE", `${C}/index/:id`, ({ engine, name, id, parameters }) =>
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
  write("POST", `${C}/points/batch`, ({ engine, name, parameters, body }) => {
    const { operations } = body();
    if (!Array.isArray(operations)) throw badFormat("missing field `operations`");
    if (operations.length === 0) throw badRequest("Empty update request");
    return runUpdates(engine.collection(name), operations).map((one) => updateResult(one, parameters));
  }),

  read("POST", `${C}/points`, ({ engine, name, body }) =>
    engine.collection(name).retrieve(body() as unknown as Selectors & { ids: PointId[] }),
  ),
  read("GET", `${C}/points/:id`, ({ engine, name, id }) => {
    const point = normalPointId(/^\d{1,20}$/.test(id) ? readPointId(id) : id);
    if (point === undefined) throw wrongInput(`Can not recognize ${JSON.stringify(id)} as point id`);
    const [record] = engine.collection(name).retrieve({ ids: [point], with_payload: true, with_vector: true });
    if (!record) throw notFound(`Point with id ${id} does not exists!`);
    return record;
  }),
  read("POST", `${C}/points/scroll`, ({ engine, name, body }) =>
    engine.collection(name).scroll(body() as ScrollRequest),
  ),
  read("POST", `${C}/points/count`, ({ engine, name, body }) => engine.collection(name).count(body())),
  read("POST", `${C}/facet`, ({ engine, name, body }) =>
    engine.collection(name).facet(body() as unknown as FacetRequest),
  ),
  read("POST", `${C}/points/query`, ({ engine, name, body }) => engine.collection(name).query(body())),
  read("POST", `${C}/points/query/batch`, async ({ engine, name, body }) =>
    Promise.all(searchesOf(body()).map((one) => engine.collection(name).query(one))),
  ),
  read("POST", `${C}/points/query/groups`, ({ engine, name, body }) =>
    engine.collection(name).queryGroups(body() as unknown as GroupsRequest),
  ),
  // older clients
  read(
    "POST",
    `${C}/points/search`,
    async ({ engine, name, body }) => (await engine.collection(name).query(asQuery(body()))).points,
  ),
  read("POST", `${C}/points/search/batch`, ({ engine, name, body }) =>
    Promise.all(searchesOf(body()).map(async (one) => (await engine.collection(name).query(asQuery(one))).points)),
  ),

  read("GET", "/cluster", () => ({ status: "disabled" })),
  read("GET", "/issues", () => ({ issues: [] })),
  read("GET", "/telemetry", ({ engine, metrics }) => metrics.telemetry(engine)),
  read("GET", "/quotas", ({ engine }) => ({ config: { enabled: false }, usage: usageOf(engine.dir) })),
  read("GET", `${C}/cluster`, ({ engine, name }) => ({
    peer_id: engine.peer,
    shard_count: 1,
    local_shards: [{ shard_id: 0, points_count: engine.collection(name).size, state: "Active" }],
    remote_shards: [],
    shard_transfers: [],
  })),
  ...snapshotRoutes,
  read("POST", `${C}/points/search/matrix/pairs`, ({ engine, name, body }) =>
    engine.collection(name).matrixPairs(body()),
  ),
  read("POST", `${C}/points/search/matrix/offsets`, ({ engine, name, body }) =>
    engine.collection(name).matrixOffsets(body()),
  ),
  ...["recommend", "recommend/batch", "recommend/groups", "discover", "discover/batch", "search/groups"].map((former) =>
    read("POST", `${C}/points/${former}`, unserved(`the former \`${former}\`; \`query\` does the same`)),
  ),
  write("POST", `${C}/cluster`, unserved("a cluster")),
  ...["", "/snapshots"].map((what) => read("GET", `${C}/shards${what}`, unserved("shards"))),
];

function usageOf(dir: string) {
  const { bavail, blocks } = statfsSync(dir);
  return {
    resident_memory_percent: Math.round((100 * process.memoryUsage.rss()) / totalmem()),
    disk_usage_percent: Math.round(100 * (1 - bavail / blocks)),
  };
}

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
