import { type Search, searchBySchema, searchSchema } from "@eddy/contracts/api/search";
import { clusterName, type PointPayload } from "@eddy/contracts/collection";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import { excerptOf } from "./excerpt.ts";
import { findCluster, livingName } from "./find-cluster.ts";
import { cluster, limit } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";
import { embedQuestion } from "./question.ts";

const searchQuery = z.strictObject({
  q: z.string().trim().min(1, "is empty: give the text to search for").describe("The text to search for."),
  by: searchBySchema
    .default("meaning")
    .describe("meaning: the nearest in vector space; word: all its words, in the title or the text."),
  limit: limit(20, 100),
  cluster: cluster.optional().describe("Only in this cluster."),
});

const route = describeRoute({
  scope: "read",
  summary: "Documents by meaning or by word.",
  query: searchQuery,
  answer: json(searchSchema),
});

/** `GET /v1/search` */
export function registerSearch(app: HttpApp, { store, replica, embedder }: ConsolePorts): void {
  app.get("/v1/search", route, async ({ query }): Promise<Search> => {
    const { q, by, limit, cluster } = readParameters(searchQuery, query);
    const where = cluster === undefined ? {} : { cluster: clusterName(findCluster(replica.state, cluster).id) };
    if (by === "word") {
      const options = { by: "received_at", direction: "desc", limit, where: { ...where, text: q } } as const;
      return { by, documents: (await store.ordered(options)).map(({ payload }) => view(payload)) };
    }
    const found = await store.nearest(await embedQuestion(embedder, { text: q }, "query"), { limit, where });
    // A Euclid score is a distance.
    const scored = replica.state.founded?.metric === "spherical";
    return { by, documents: found.map(({ payload, score }) => ({ ...view(payload), ...(scored && { score }) })) };
  });

  function view(payload: PointPayload): Search["documents"][number] {
    return { ...excerptOf(payload), cluster_id: livingName(replica.state, payload.cluster_id ?? "") };
  }
}
