import { Readable } from "node:stream";
import { pointSchema } from "@eddy/contracts/api/point";
import { clusterName, type PointPayload } from "@eddy/contracts/collection";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import type { PointFilter, StoredPoint, VectorStore } from "@eddy/vectors/port";
import { z } from "zod";
import { csvRow } from "./csv.ts";
import { findCluster } from "./find-cluster.ts";
import { cluster, flag } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";

const exportQuery = z.strictObject({
  format: z.enum(["jsonl", "csv"]).default("jsonl"),
  cluster: cluster.optional(),
  vectors: flag,
});

const route = describeRoute({
  scope: "read",
  summary: "All documents, as JSON Lines or CSV.",
  query: exportQuery,
  answer: {
    "application/x-ndjson": pointSchema.extend({ vector: z.array(z.number()).optional() }).describe("Of each line."),
    "text/csv": z.string(),
  },
});

const PAGE = 256;

const COLUMNS = [
  "document_id",
  "cluster_id",
  "distance",
  "margin",
  "title",
  "text",
  "source",
  "label",
  "published_at",
  "received_at",
  "assigned_at",
  "version",
  "model",
  "model_revision",
  "truncated",
] as const satisfies readonly (keyof PointPayload)[];

/** `GET /v1/export`: all documents, read page by page as fast as the client takes them. An error under way cuts the answer off. */
export function registerExport(app: HttpApp, { store, replica }: ConsolePorts): void {
  app.get("/v1/export", { exposeHeadRoute: false, ...route }, async ({ query }, reply) => {
    const { format, cluster, vectors } = readParameters(exportQuery, query);
    const where = cluster === undefined ? {} : { cluster: clusterName(findCluster(replica.state, cluster).id) };
    const type = format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
    const rows = format === "csv" ? csv(store, where, vectors) : jsonl(store, where, vectors);
    return reply
      .header("content-type", type)
      .header("content-disposition", `attachment; filename="documents.${format}"`)
      .send(Readable.from(rows, { objectMode: false }));
  });
}

async function* pages(store: VectorStore, where: PointFilter, withVectors: boolean): AsyncGenerator<StoredPoint[]> {
  let after: string | undefined;
  do {
    const { points, next } = await store.page({
      where,
      limit: PAGE,
      withVectors,
      ...(after !== undefined && { after }),
    });
    if (points.length > 0) yield points;
    after = next;
  } while (after !== undefined);
}

async function* jsonl(store: VectorStore, where: PointFilter, vectors: boolean): AsyncGenerator<string> {
  for await (const points of pages(store, where, vectors)) {
    yield points
      .map(
        ({ payload, vector }) => `${JSON.stringify(vector ? { ...payload, vector: Array.from(vector) } : payload)}\n`,
      )
      .join("");
  }
}

async function* csv(store: VectorStore, where: PointFilter, vectors: boolean): AsyncGenerator<string> {
  yield csvRow([...COLUMNS, "metadata", ...(vectors ? ["vector"] : [])]);
  for await (const points of pages(store, where, vectors)) {
    yield points
      .map(({ payload, vector }) =>
        csvRow([
          ...COLUMNS.map((name) => payload[name]),
          payload.metadata && JSON.stringify(payload.metadata),
          ...(vectors ? [vector && JSON.stringify(Array.from(vector))] : []),
        ]),
      )
      .join("");
  }
}
