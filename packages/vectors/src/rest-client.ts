import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { QdrantClient } from "@qdrant/js-client-rest";
import { creationOf } from "./creation.ts";
import { shortF32 } from "./f32.ts";
import type { PointRecord, UpdateResult, VectorOutput } from "./protocol.ts";
import type { QdrantApi } from "./qdrant-api.ts";
import { updateBody } from "./update-body.ts";

export interface RestOptions {
  /** For example http://localhost:6333. */
  readonly url: string;
  readonly apiKey?: string;
  /** Per request. */
  readonly timeoutMs?: number;
}

type Arguments<Method extends keyof QdrantClient> = QdrantClient[Method] extends (
  name: string,
  args: infer A,
) => unknown
  ? NonNullable<A>
  : never;

/** Qdrant by REST, through its own client (the only file that imports it); writes without it, since their JSON is most of their cost. */
export function createRestApi({ url, apiKey, timeoutMs = 60_000 }: RestOptions): QdrantApi {
  // uncompressed answers: with compressed chunks a query can wait for a delayed acknowledgement
  const headers = { "accept-encoding": "identity", ...(apiKey ? { "api-key": apiKey } : {}) };
  const client = new QdrantClient({ url, timeout: timeoutMs, checkCompatibility: false, headers });
  const classify = (error: unknown) => faultOf(url, apiKey, error);
  const call = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      return await request();
    } catch (error) {
      throw classify(error);
    }
  };

  async function post(path: string, body: Buffer<ArrayBuffer>): Promise<unknown> {
    const response = await fetch(baseOf(url) + path, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status === 200) return (JSON.parse(text) as { result: unknown }).result;
    throw Object.assign(new Error(`Unexpected answer: ${response.status} ${text.slice(0, 200)}`), {
      status: response.status,
      data: parsed(text),
    });
  }

  return {
    ping: () => call(async () => void (await client.api().readyz({}))),
    async getCollection(name) {
      const { exists } = await call(() => client.collectionExists(name));
      if (!exists) return undefined;
      const info = await call(() => client.getCollection(name));
      const metadata = (info.config as { metadata?: Record<string, unknown> | null }).metadata ?? {};
      return {
        vectors: info.config.params.vectors,
        metadata,
        creation: creationOf(info.config as Record<string, unknown>, metadata),
        indexes: Object.fromEntries(
          Object.entries(info.payload_schema).map(([field, schema]) => [field, schema?.params ?? schema?.data_type]),
        ),
        points: info.points_count ?? 0,
      };
    },
    async createCollection(name, request) {
      try {
        return await client.createCollection(name, request as Arguments<"createCollection">);
      } catch (error) {
        if (statusOf(error) === 409) return false;
        throw classify(error);
      }
    },
    setMetadata: (name, metadata) =>
      call(async () => void (await client.updateCollection(name, { metadata } as Arguments<"updateCollection">))),
    async createIndex(name, field, schema) {
      const request = { field_name: field, field_schema: schema, wait: true } as Arguments<"createPayloadIndex">;
      const { status } = await call(() => client.createPayloadIndex(name, request));
      requireCompleted(status);
    },
    async update(name, operations) {
      const path = `/collections/${encodeURIComponent(name)}/points/batch?wait=true`;
      const results = await call(() => post(path, updateBody(operations)));
      for (const { status } of results as readonly UpdateResult[]) requireCompleted(status);
    },
    async retrieve(name, request) {
      const records = await call(() => client.retrieve(name, request as Arguments<"retrieve">));
      return records.map(fromWire);
    },
    async scroll(name, request) {
      const page = await call(() => client.scroll(name, request as Arguments<"scroll">));
      return { points: page.points.map(fromWire), next: (page.next_page_offset ?? undefined) as string | undefined };
    },
    async query(name, request) {
      const wire = Object.entries(request).map(([key, value]) => [
        key,
        value instanceof Float32Array ? Array.from(value, shortF32) : value,
      ]);
      const { points } = await call(() => client.query(name, Object.fromEntries(wire) as Arguments<"query">));
      return points.map(fromWire);
    },
    count: async (name, filter) =>
      (await call(() => client.count(name, { filter, exact: true } as Arguments<"count">))).count,
    facet: async (name, request) => (await call(() => client.facet(name, request as Arguments<"facet">))).hits,
    async aliases() {
      const { aliases } = await call(() => client.getAliases());
      return new Map(aliases.map(({ alias_name, collection_name }) => [alias_name, collection_name]));
    },
    changeAliases: (actions) =>
      call(async () => void (await client.updateCollectionAliases({ actions: [...actions] }))),
    close: async () => undefined,
  };
}

/** As the client reads an address: its port is 6333 where none is named, and it has no path. */
function baseOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port || 6333}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of `vector`, only the one without a name is used. */
function fromWire(record: { id: unknown; payload?: unknown; vector?: unknown; score?: number }): PointRecord {
  const { vector, ...rest } = record;
  const plain = Array.isArray(vector) ? { vector: Float32Array.from(vector as number[]) as VectorOutput } : {};
  return { ...rest, ...plain } as PointRecord;
}

/** `wait_timeout` means that nobody knows whether it is durable. */
function requireCompleted(status: string): void {
  if (status !== "completed") throw new RetryableError("STORE_UNAVAILABLE", `Qdrant answered \`${status}\` to a write`);
}

/**
 * Answers that a later try can change: no answer at all, 408, 429 and 5xx. What Qdrant refuses stays refused. Who refuses a key may quote
 * it: then the error has no cause, whose stack would show it.
 */
function faultOf(url: string, apiKey: string | undefined, error: unknown): Error {
  const status = statusOf(error);
  const text = textOf(error);
  const quotes = apiKey !== undefined && (text.includes(apiKey) || String((error as Error).stack).includes(apiKey));
  const told = quotes ? text.replaceAll(apiKey, "******") : text;
  const options = quotes ? {} : { cause: error };
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return new FatalError("STORE_REFUSED", `Qdrant at ${url} refused: ${told}`, options);
  return new RetryableError("STORE_UNAVAILABLE", `Qdrant at ${url} doesn't answer: ${told}`, options);
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" ? status : undefined;
}

function textOf(error: unknown): string {
  const { data, message, cause } = error as {
    data?: { status?: { error?: string } };
    message?: string;
    cause?: unknown;
  };
  const why = cause instanceof Error ? ` (${(cause as { code?: string }).code ?? cause.message})` : "";
  return data?.status?.error ?? `${message ?? String(error)}${why}`;
}
