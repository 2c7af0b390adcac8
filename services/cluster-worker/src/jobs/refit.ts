import type { OldCentre } from "@eddy/clustering/carry-ids";
import { centreMatrix } from "@eddy/clustering/centres";
import type { ClusterOptions, Ports } from "../ports.ts";

/** Whether the young model has seen enough to be seeded again. */
export function refitDue({ replica }: Pick<Ports, "replica">): boolean {
  const { nextRefit, documents } = replica.state;
  return nextRefit > 0 && documents >= nextRefit;
}

/**
 * Seeds the young model again from a uniform sample of the store's points, and proposes it: a fraction of a second of a core,
 * seconds where k is chosen anew.
 */
export async function refit(ports: Ports, options: ClusterOptions, signal: AbortSignal): Promise<void> {
  const { replica, store, seeder, logger } = ports;
  const { epoch, founded, version } = replica.state;
  const points = (await store.sample(options.refitSample)).filter(({ vector }) => vector);
  if (points.length === 0 || !founded) return;
  const { dimensions } = founded;
  const values = new Float32Array(points.length * dimensions);
  for (const [row, { vector }] of points.entries()) values.set(vector!, row * dimensions);
  const event = await seeder.refit({
    sample: { values, count: points.length, dimensions },
    k: options.clusters,
    seed: version + 1,
    old: oldCentres(ports),
  });
  const { outcome } = await replica.propose(event, epoch, signal);
  if (outcome.taken) logger.debug(`seeded again from ${points.length} documents: ${event.clusters.length} clusters`);
}

function oldCentres({ replica }: Ports): OldCentre[] {
  const { clusters, values } = centreMatrix(replica.state);
  const dimensions = values.length / clusters.length;
  return clusters.map((cluster, row) => ({
    cluster,
    centre: values.subarray(row * dimensions, (row + 1) * dimensions),
  }));
}
