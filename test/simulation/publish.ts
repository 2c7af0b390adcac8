import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import type { World } from "./world.ts";
import { topics } from "./world.ts";

/**
 * What people do: documents with few ids (so most are edits), deletions (some meant for one version), keyless ones, broken ones; an id always through the
 * same partition of `documents`, in any order among ids. Returns the steps, to be taken one by one.
 */
export async function publishAtRandom(world: World, count: number): Promise<(() => Promise<void>)[]> {
  const { scheduler, streams } = world;
  const partitions = await streams.partitions(topics.documents);
  return Array.from({ length: count }, (_, n) => async () => {
    const chance = scheduler.random();
    const id = `d${scheduler.pick(14)}`;
    const partition = Number(id.slice(1)) % partitions;
    const text = `text ${n} ${"abcdefgh".repeat(1 + scheduler.pick(3)).slice(scheduler.pick(8))}`;
    const record = (key: string | null, value: string | null, headers = {}) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
    });
    if (chance < 0.04) {
      // Meant for the version that the store shows: it may be overtaken by one that is on its way.
      const revision = world.points.get(id)?.payload.revision ?? "9:9";
      await streams.append(topics.documents, partition, [record(id, null, { [ONLY_REVISION_HEADER]: revision })]);
    } else if (chance < 0.12) await streams.append(topics.documents, partition, [record(id, null)]);
    else if (chance < 0.2)
      await streams.append(topics.documents, scheduler.pick(partitions), [record(null, JSON.stringify({ text }))]);
    else if (chance < 0.28)
      await streams.append(topics.documents, scheduler.pick(partitions), [record(id, "{ broken")]);
    else await streams.append(topics.documents, partition, [record(id, JSON.stringify({ text, metadata: { n } }))]);
  });
}
