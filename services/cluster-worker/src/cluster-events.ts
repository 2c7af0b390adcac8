import type { EventHead, ModelEvent, Refitted, Renamed, Seeded } from "@eddy/clustering/events";
import type { ModelState } from "@eddy/clustering/state";
import { clusterName } from "@eddy/contracts/collection";
import type { ClusterEvent } from "@eddy/contracts/document";
import type { LogRecord } from "@eddy/streams/port";

/** The events that people are told of. */
export type Telling = EventHead & (Seeded | Refitted | Renamed);

export function isTold(event: ModelEvent): event is Telling {
  return event.type === "seeded" || event.type === "refitted" || event.type === "renamed";
}

/** What people are told of an event, read from the state right after it. */
export function clusterEventsOf(event: Telling, version: number, state: ModelState): ClusterEvent[] {
  const at = new Date(event.atMs).toISOString();
  if (event.type === "renamed")
    return [{ type: "renamed", cluster_id: clusterName(event.cluster), version, at, detail: { name: event.name } }];
  const born = [...state.clusters.values()].filter(({ bornAt }) => bornAt === version);
  const events: ClusterEvent[] = [
    {
      type: event.type,
      version,
      at,
      detail: {
        clusters: event.type === "seeded" ? event.centres.length : event.clusters.length,
        sample: event.sampleSize,
        choice: event.choice,
      },
    },
  ];
  for (const { id } of born) events.push({ type: "born", cluster_id: clusterName(id), version, at });
  if (event.type === "refitted") {
    for (const { cluster, absorbs } of event.clusters) {
      const heirs = cluster === 0 ? born.map(({ id }) => clusterName(id)) : [clusterName(cluster)];
      for (const id of absorbs)
        events.push({ type: "retired", cluster_id: clusterName(id), version, at, detail: { heirs } });
    }
  }
  return events;
}

export function clusterEventRecord(event: ClusterEvent): LogRecord {
  return { key: Buffer.from(event.cluster_id ?? "model"), value: Buffer.from(JSON.stringify(event)), headers: {} };
}
