import type { Ports } from "../ports.ts";

/** Takes a snapshot where enough has happened since the last one, and lets the model log forget what older ones cover. */
export async function snapshotIfDue(
  { replica, snapshots, streams, topics }: Pick<Ports, "replica" | "snapshots" | "streams" | "topics">,
  lastVersion: number,
  every: number,
): Promise<number> {
  const { state } = replica;
  if (state.version - lastVersion < every) return lastVersion;
  const { version } = state;
  await snapshots.save(state);
  const { oldestVersion } = await snapshots.load();
  await streams.truncate(topics.modelLog, 0, oldestVersion + 1);
  return version;
}
