import { centreMatrix } from "@eddy/clustering/centres";
import { clusterName, type PointPayload } from "@eddy/contracts/collection";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { ClusterCatalog, ClusterView } from "./cluster-catalog.ts";
import { excerpt } from "./excerpt.ts";
import { seedingOf } from "./find-cluster.ts";
import { cluster, limit, readParameters } from "./parameters.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";

/** A document near the centre of its cluster, shortened. */
export interface NearestView
  extends Pick<PointPayload, "document_id" | "title" | "text" | "source" | "published_at" | "label" | "received_at"> {
  /** To the centre as it is now. */
  readonly distance: number;
}

export interface ClusterDetail extends ClusterView {
  readonly nearest: readonly NearestView[];
}

const nearestQuery = z.strictObject({ limit: limit(5, 100) });
const noQuery = z.strictObject({});
const TEXT_CHARACTERS = 300;

/** `GET /v1/clusters` and `GET /v1/clusters/c3`. */
export function registerClusters(
  app: HttpApp,
  ports: ConsolePorts,
  options: ConsoleOptions,
  catalog: ClusterCatalog,
): void {
  const { replica, store } = ports;

  app.get("/v1/clusters", async ({ query }) => {
    readParameters(noQuery, query);
    const { state } = replica;
    const head = { version: state.version, choice: state.choice ?? null };
    const seeding = seedingOf(state, options.seedSize);
    if (seeding) return { ...head, documents: 0, clusters: [], seeding };
    return { ...head, ...(await catalog.list()) };
  });

  app.get<{ Params: { id: string } }>("/v1/clusters/:id", async ({ params, query }): Promise<ClusterDetail> => {
    const { id } = readParameters(z.object({ id: cluster }), params);
    const { limit } = readParameters(nearestQuery, query);
    const view = await catalog.get(id);
    return { ...view, nearest: await nearest(id, limit) };
  });

  async function nearest(id: number, limit: number): Promise<NearestView[]> {
    const { clusters, values } = centreMatrix(replica.state);
    const row = clusters.indexOf(id);
    if (row < 0) return [];
    const width = values.length / clusters.length;
    const centre = values.slice(row * width, (row + 1) * width);
    const spherical = replica.state.founded?.metric === "spherical";
    const points = await store.nearest(centre, { limit, where: { cluster: clusterName(id) } });
    return points.map(({ payload, score }) => {
      const { document_id, title, text, source, published_at, label, received_at } = payload;
      return {
        document_id,
        ...(title !== undefined && { title }),
        ...(text !== undefined && { text: excerpt(text, TEXT_CHARACTERS) }),
        ...(source !== undefined && { source }),
        ...(published_at !== undefined && { published_at }),
        ...(label !== undefined && { label }),
        received_at,
        // A Cosine score is the cosine, a Euclid score the distance.
        distance: spherical ? 1 - score : score,
      };
    });
  }
}
