import { type Cluster, heirOf, isSeeded, type ModelState } from "@eddy/clustering/state";
import type { Seeding } from "@eddy/contracts/api/seeding";
import { clusterName, parseClusterName } from "@eddy/contracts/collection";
import { HttpFault } from "@eddy/runtime/http-fault";

/** A living cluster. Throws HttpFault NOT_FOUND, which names the heir of a retired one. */
export function findCluster(state: ModelState, id: number): Cluster {
  const name = clusterName(id);
  const cluster = state.clusters.get(id);
  if (!cluster) throw new HttpFault("NOT_FOUND", `there is no cluster ${name}`);
  if (cluster.heir === 0) return cluster;
  const heir = clusterName(heirOf(state, id)!.id);
  throw new HttpFault("NOT_FOUND", `${name} is retired: ${heir} took its documents`, { details: { heir } });
}

/** The living cluster that a point belongs to: until the sweep comes by, points still name a retired one. */
export function livingName(state: ModelState, name: string): string {
  const heir = heirOf(state, parseClusterName(name) ?? 0);
  return heir ? clusterName(heir.id) : name;
}

/** null once there is a model. */
export function seedingOf(state: ModelState, want: number): Seeding | null {
  if (isSeeded(state)) return null;
  return { have: state.sampled.reduce((sum, { count }) => sum + count, 0), want };
}
