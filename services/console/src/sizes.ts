import { heirOf, livingClusters, type ModelState } from "@eddy/clustering/state";
import { parseClusterName } from "@eddy/contracts/collection";
import type { VectorStore } from "@eddy/vectors/port";

export interface ClusterSize {
  readonly documents: number;
  /** Names that its points have in the store: its own, and those of retired clusters until the sweep comes by. */
  readonly names: readonly string[];
}

/** Living documents by living cluster, exactly; clusters without any are there with 0. */
export async function clusterSizes(store: VectorStore, state: ModelState): Promise<Map<number, ClusterSize>> {
  const facet = await store.facet("cluster_id");
  const sizes = new Map<number, ClusterSize>();
  for (const { id } of livingClusters(state)) sizes.set(id, { documents: 0, names: [] });
  for (const { value, count } of facet) {
    const id = heirOf(state, parseClusterName(value) ?? 0)?.id;
    const before = id === undefined ? undefined : sizes.get(id);
    if (id !== undefined && before)
      sizes.set(id, { documents: before.documents + count, names: [...before.names, value] });
  }
  return sizes;
}
