import { centreMatrix, distanceTo } from "@eddy/clustering/centres";
import {
  type ClusterDetail,
  type ClusterDocument,
  type ClusterList,
  clusterDetailSchema,
  clusterListSchema,
} from "@eddy/contracts/api/cluster";
import { clusterName } from "@eddy/contracts/collection";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import type { StoredPoint } from "@eddy/vectors/port";
import { z } from "zod";
import type { ClusterCatalog } from "./cluster-catalog.ts";
import { excerptOf } from "./excerpt.ts";
import { seedingOf } from "./find-cluster.ts";
import { clusterParams, limit, noQuery } from "./parameters.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";

const detailQuery = z.strictObject({
  limit: limit(5, 100).describe("Documents in `nearest`."),
  newest: z.coerce.number().int().min(0).max(100).default(5).describe("Documents in `newest`."),
});

const routes = {
  list: describeRoute({
    scope: "read",
    summary: "The clusters, the largest first.",
    query: noQuery,
    answer: json(clusterListSchema),
  }),
  detail: describeRoute({
    scope: "read",
    summary: "One cluster, with its documents nearest to the centre, and its newest.",
    params: clusterParams,
    query: detailQuery,
    answer: json(clusterDetailSchema),
  }),
};

/** `GET /v1/clusters` and `GET /v1/clusters/c3`. */
export function registerClusters(
  app: HttpApp,
  ports: ConsolePorts,
  options: ConsoleOptions,
  catalog: ClusterCatalog,
): void {
  const { replica, store } = ports;

  app.get("/v1/clusters", routes.list, async ({ query }): Promise<ClusterList> => {
    readParameters(noQuery, query);
    const { state } = replica;
    const head = { version: state.version, choice: state.choice ?? null };
    const seeding = seedingOf(state, options.seedSize);
    if (seeding) return { ...head, documents: 0, clusters: [], seeding };
    return { ...head, ...(await catalog.list()) };
  });

  app.get("/v1/clusters/:id", routes.detail, async ({ params, query }): Promise<ClusterDetail> => {
    const { id } = readParameters(clusterParams, params);
    const { limit, newest } = readParameters(detailQuery, query);
    const view = await catalog.get(id);
    return { ...view, ...(await documentsOf(id, limit, newest)) };
  });

  async function documentsOf(id: number, nearest: number, newest: number) {
    const { clusters, values } = centreMatrix(replica.state);
    const row = clusters.indexOf(id);
    const metric = replica.state.founded?.metric;
    if (row < 0 || metric === undefined) return { nearest: [], newest: [] };
    const width = values.length / clusters.length;
    const centre = values.slice(row * width, (row + 1) * width);
    const where = { cluster: clusterName(id) };
    const view = ({ payload, vector }: StoredPoint): ClusterDocument => ({
      ...excerptOf(payload),
      distance: vector ? distanceTo(metric, vector, centre, 0) : 0,
    });
    const [near, late] = await Promise.all([
      store.nearest(centre, { limit: nearest, where }),
      store.ordered({ by: "received_at", direction: "desc", limit: newest, where, withVectors: true }),
    ]);
    return {
      // A Cosine score is the cosine, a Euclid score the distance.
      nearest: near.map(({ payload, score }) => ({
        ...excerptOf(payload),
        distance: metric === "spherical" ? 1 - score : score,
      })),
      newest: late.map(view),
    };
  }
}
