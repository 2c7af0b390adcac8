import { type EventList, eventListSchema } from "@eddy/contracts/api/event";
import { type ClusterEvent, clusterEventSchema } from "@eddy/contracts/document";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { readRange } from "@eddy/streams/read-range";
import { z } from "zod";
import { parse } from "./letter.ts";
import { limit } from "./parameters.ts";
import type { ConsolePorts } from "./ports.ts";

const eventsQuery = z.strictObject({ limit: limit(50, 500) });

const route = describeRoute({
  scope: "read",
  summary: "What happened to the clusters, the newest first.",
  query: eventsQuery,
  answer: json(eventListSchema),
});

/** `GET /v1/events`: the tail of the topic `cluster-events`. */
export function registerEvents(app: HttpApp, { streams, topics }: ConsolePorts): void {
  app.get("/v1/events", route, async ({ query }): Promise<EventList> => {
    const { limit } = readParameters(eventsQuery, query);
    const { start, end } = await streams.bounds(topics.clusterEvents, 0);
    const from = Math.max(start, end - limit);
    // Two owners of partition 0 at once may both tell a change.
    const events = new Map<string, ClusterEvent>();
    for await (const records of readRange(streams, topics.clusterEvents, 0, from, end, { passOverCut: true })) {
      for (const { value } of records) {
        const event = clusterEventSchema.safeParse(parse(value)).data;
        if (event) events.set(`${event.version}/${event.type}/${event.cluster_id ?? ""}`, event);
      }
    }
    return { events: [...events.values()].reverse() };
  });
}
