import { type PointPage, type PointView, pointPageSchema, pointSchema } from "@eddy/contracts/api/point";
import { clusterName } from "@eddy/contracts/collection";
import { HttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { DeadLetters } from "./dead-letters.ts";
import { findCluster } from "./find-cluster.ts";
import { waiting } from "./log-counts.ts";
import { cluster, date, documentParams, limit } from "./parameters.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const listQuery = z.strictObject({
  cluster: cluster.optional(),
  source: z.string().optional(),
  label: z.string().optional(),
  from: date("from").optional().describe("Published then or later."),
  to: date("to").optional().describe("Published then or earlier; a date alone: that day too."),
  text: z.string().min(1).optional().describe("Words that the title or the text holds, all of them."),
  limit: limit(50, 1_000),
  after: z.string().regex(UUID, "is no cursor: give `next` of the page before").optional(),
});

/** Dead letters that are searched for a document that is not there. */
const SEARCHED_LETTERS = 200;

const routes = {
  list: describeRoute({
    scope: "read",
    summary: "The documents that fit all of what is asked for, page by page.",
    query: listQuery,
    answer: json(pointPageSchema),
  }),
  one: describeRoute({
    scope: "read",
    summary: "One document. Where it is not there, `error.reason` says why.",
    params: documentParams,
    answer: json(pointSchema),
  }),
};

/** `GET /v1/documents` and `GET /v1/documents/ID`. */
export function registerDocuments(
  app: HttpApp,
  ports: ConsolePorts,
  options: ConsoleOptions,
  letters: DeadLetters,
): void {
  const { store, replica } = ports;

  app.get("/v1/documents", routes.list, async ({ query }): Promise<PointPage> => {
    const { cluster, from, to, limit, after, ...equal } = readParameters(listQuery, query);
    if (cluster !== undefined) findCluster(replica.state, cluster);
    const where = {
      ...equal,
      ...(cluster !== undefined && { cluster: clusterName(cluster) }),
      ...(from !== undefined && { publishedFrom: from }),
      ...(to !== undefined && { publishedTo: to }),
    };
    const { points, next } = await store.page({ where, limit, ...(after !== undefined && { after }) });
    return { documents: points.map(({ payload }) => payload), next: next ?? null };
  });

  app.get("/v1/documents/:id", routes.one, async ({ params }): Promise<PointView> => {
    const { id } = readParameters(documentParams, params);
    const payload = (await store.lookup([id])).get(id)?.payload;
    if (payload && !payload.deleted) return payload;
    throw payload ? missing("deleted", `${id} was deleted at ${payload.assigned_at}`) : await absent(id);
  });

  async function absent(id: string): Promise<HttpFault> {
    const letter = (await letters.list(SEARCHED_LETTERS)).find(({ document_id }) => document_id === id);
    if (letter) return missing("rejected", `${id} was rejected: ${letter.message} (GET /v1/dead-letters)`);
    const { documents, texts, embeddings } = await waiting(ports, options.groups);
    const records = documents + texts + embeddings;
    if (records === 0) return missing("unknown", `there is no document ${id}: none was published with this id`);
    return missing("on_its_way", `there is no document ${id} yet: it may be among the ${records} on their way`);
  }
}

function missing(reason: "deleted" | "rejected" | "on_its_way" | "unknown", message: string): HttpFault {
  return new HttpFault("NOT_FOUND", message, { details: { reason } });
}
