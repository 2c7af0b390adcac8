import { type ClusterView, clusterNameSchema, clusterSchema } from "@eddy/contracts/api/cluster";
import { RetryableError } from "@eddy/contracts/errors";
import { HttpFault } from "@eddy/runtime/http-fault";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { linkedAbort } from "@eddy/runtime/linked-abort";
import type { ClusterCatalog } from "./cluster-catalog.ts";
import { findCluster } from "./find-cluster.ts";
import { clusterParams } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";

/** Longest time until the model log has the name, and the model has it from there. */
const PATIENCE_MS = 10_000;

const route = describeRoute({
  scope: "admin",
  summary: "Gives a cluster a name. It keeps it for as long as it lives.",
  params: clusterParams,
  body: json(clusterNameSchema),
  answer: json(clusterSchema),
});

/** `PUT /v1/clusters/c3/name`: answers once the model has the name. */
export function registerRename(app: HttpApp, { replica }: ConsolePorts, catalog: ClusterCatalog): void {
  app.put("/v1/clusters/:id/name", route, async ({ params, body }): Promise<ClusterView> => {
    const { id } = readParameters(clusterParams, params);
    const { name } = readParameters(clusterNameSchema, body);
    findCluster(replica.state, id);
    const patience = linkedAbort([], PATIENCE_MS);
    try {
      const { outcome } = await replica.propose({ type: "renamed", cluster: id, name }, undefined, patience.signal);
      if (!outcome.taken) throw new HttpFault("INVALID_PARAMETER", "the model refused the name");
    } catch (error) {
      if (!patience.signal.aborted) throw error;
      throw new RetryableError("STREAM_UNAVAILABLE", "the model log doesn't take the name: try again", {
        cause: error,
      });
    } finally {
      patience.dispose();
    }
    return catalog.get(id);
  });
}
