import { type StatusHistory, statusHistorySchema } from "@eddy/contracts/api/status";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { createFlow } from "./flow.ts";
import { waiting, written } from "./log-counts.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";

const route = describeRoute({
  scope: "read",
  summary: "Throughput and lag of the last half hour, as this process saw them.",
  answer: json(statusHistorySchema),
});

/** `GET /v1/status/history`. Looks from when the server is ready until it closes. */
export function registerStatusHistory(app: HttpApp, ports: ConsolePorts, { groups }: ConsoleOptions): void {
  const { streams, topics, clock } = ports;
  const flow = createFlow(async () => {
    const [received, clustered, { documents, texts, embeddings }] = await Promise.all([
      written(streams, topics.documents),
      written(streams, topics.assignments),
      waiting(ports, groups),
    ]);
    return { received, clustered, lag: documents + texts + embeddings };
  }, clock);
  const closed = new AbortController();
  app.addHook("onReady", async () => void flow.follow(closed.signal));
  app.addHook("onClose", async () => closed.abort());
  app.get("/v1/status/history", route, async (): Promise<StatusHistory> => flow.history);
}
