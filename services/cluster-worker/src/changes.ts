import type { ModelEvent } from "@eddy/clustering/events";
import type { FoldOutcome } from "@eddy/clustering/fold";
import type { ModelState } from "@eddy/clustering/state";
import type { ClusterEvent } from "@eddy/contracts/document";
import type { Streams } from "@eddy/streams/port";
import { clusterEventRecord, clusterEventsOf, isTold } from "./cluster-events.ts";

/** Changes of structure that are remembered until they are told; older ones are told by whoever owned partition 0 then. */
const REMEMBERED = 100;

/**
 * What people are told of the model: the changes of structure and the names that this process folded, appended to `cluster-events` by the
 * owner of partition 0. Each replica remembers them, so that the next owner tells what the last one died with; what stands
 * there already is not told again (two owners at once may tell a change twice: its version says so).
 */
export interface Changes {
  /** To be called with each event right after the fold. */
  folded(event: ModelEvent, version: number, outcome: FoldOutcome, state: ModelState): void;
  tell(): Promise<void>;
  /** Milliseconds since 1970 of the last change of structure of each kind. */
  readonly last: ReadonlyMap<string, number>;
}

export function createChanges(streams: Streams, topic: string): Changes {
  const last = new Map<string, number>();
  let untold: { readonly version: number; readonly events: readonly ClusterEvent[] }[] = [];
  return {
    last,
    folded(event, version, outcome, state) {
      if (!outcome.taken || !isTold(event)) return;
      if (event.type !== "renamed") last.set(event.type, event.atMs);
      untold.push({ version, events: clusterEventsOf(event, version, state) });
      if (untold.length > REMEMBERED) untold.shift();
    },
    async tell() {
      const [...telling] = untold;
      if (telling.length === 0) return;
      const told = await lastTold(streams, topic);
      const events = telling.filter(({ version }) => version > told).flatMap((change) => change.events);
      if (events.length > 0) await streams.append(topic, 0, events.map(clusterEventRecord));
      untold = untold.filter((change) => !telling.includes(change));
    },
  };
}

/** Version of the newest change that stands there; -1: none. */
async function lastTold(streams: Streams, topic: string): Promise<number> {
  const { start, end } = await streams.bounds(topic, 0);
  if (end === start) return -1;
  const reader = streams.reader(topic, 0, end - 1);
  try {
    const [record] = await reader.fetch({ maxRecords: 1, waitMs: 1_000 });
    return record?.value ? versionOf(record.value) : -1;
  } finally {
    await reader.close();
  }
}

/** -1: of no event of ours. Then some are told twice. */
function versionOf(value: Uint8Array): number {
  try {
    const { version } = JSON.parse(Buffer.from(value).toString()) as Partial<ClusterEvent>;
    return typeof version === "number" ? version : -1;
  } catch {
    return -1;
  }
}
