import type { ModelState } from "@eddy/clustering/state";
import type { ClusterView } from "@eddy/contracts/api/cluster";
import { clusterName } from "@eddy/contracts/collection";
import { HttpFault } from "@eddy/runtime/http-fault";
import { findCluster } from "./find-cluster.ts";
import { createKeywordCache } from "./keywords.ts";
import type { ConsolePorts } from "./ports.ts";
import { clusterSizes } from "./sizes.ts";

export interface ClusterCatalog {
  /** Largest first, and the documents in all of them. */
  list(): Promise<{ readonly documents: number; readonly clusters: ClusterView[] }>;
  /** Throws HttpFault NOT_FOUND. */
  get(id: number): Promise<ClusterView>;
}

export function createClusterCatalog({ store, replica, clock, logger }: ConsolePorts): ClusterCatalog {
  const cache = createKeywordCache({ store, clock, logger });

  async function list() {
    const { state } = replica;
    const sizes = await clusterSizes(store, state);
    const keywords = await cache.of(sizes);
    let documents = 0;
    for (const { documents: own } of sizes.values()) documents += own;
    const clusters = [...sizes]
      .map(([id, size]) => view(state, id, size.documents, documents, keywords.get(id) ?? []))
      .sort((a, b) => b.size - a.size || a.born_at_version - b.born_at_version);
    return { documents, clusters };
  }

  return {
    list,
    async get(id) {
      findCluster(replica.state, id);
      const { clusters } = await list();
      const found = clusters.find(({ cluster_id }) => cluster_id === clusterName(id));
      if (!found) throw new HttpFault("NOT_FOUND", `${clusterName(id)} was retired just now`);
      return found;
    },
  };
}

function view(state: ModelState, id: number, size: number, all: number, keywords: readonly string[]): ClusterView {
  const { name = "", bornAt = -1 } = state.clusters.get(id) ?? {};
  const share = all === 0 ? 0 : size / all;
  return { cluster_id: clusterName(id), ...(name !== "" && { name }), size, share, keywords, born_at_version: bornAt };
}
