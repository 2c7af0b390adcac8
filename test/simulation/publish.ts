import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import type { World } from "./world.ts";
import { POISON, topics } from "./world.ts";

/**
 * What people do: documents with few ids (so most are edits), deletions (some meant for one version), keyless ones, broken
 * ones; in half of the runs an id always through the same partition of `documents`, in the others through any. `poisonous`: two
 * kill the process that embeds them. Returns the steps, to be taken one by one.
 */
export async function publishAtRandom(
  world: World,
  count: number,
  { anyDoor, poisonous }: { readonly anyDoor: boolean; readonly poisonous: boolean },
): Promise<(() => Promise<void>)[]> {
  const { scheduler, streams } = world;
  const partitions = await streams.partitions(topics.documents);
  return Array.from({ length: count }, (_, n) => async () => {
    const chance = scheduler.random();
    const id = `d${scheduler.pick(14)}`;
    const partition = anyDoor ? scheduler.pick(partitions) : Number(id.slice(1)) % partitions;
    const killer = poisonous && (n === 20 || n === 40) ? POISON : "";
    const text = `text ${n} ${killer} ${"abcdefgh".repeat(1 + scheduler.pick(3)).slice(scheduler.pick(8))}`;
    const record = (key: string | null, value: string | null, headers = {}) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
    });
    if (killer) await streams.append(topics.documents, partition, [record(id, JSON.stringify({ text }))]);
    else if (chance < 0.04) {
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
