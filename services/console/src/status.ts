import { livingClusters } from "@eddy/clustering/state";
import { type Status, statusSchema } from "@eddy/contracts/api/status";
import { deadLetterTopic } from "@eddy/contracts/topics";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { seedingOf } from "./find-cluster.ts";
import { waiting, written } from "./log-counts.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";
import { createRate } from "./rate.ts";

const route = describeRoute({
  scope: "read",
  summary: "How many documents came, were clustered, and wait; the model; the embedder.",
  answer: json(statusSchema),
});

/** `GET /v1/status`. */
export function registerStatus(app: HttpApp, ports: ConsolePorts, options: ConsoleOptions): void {
  const { streams, topics, replica, embedder, clock } = ports;
  const rate = createRate(() => written(streams, topics.assignments), clock);
  const closed = new AbortController();
  app.addHook("onReady", async () => void rate.follow(closed.signal));
  app.addHook("onClose", async () => closed.abort());

  app.get("/v1/status", route, async (): Promise<Status> => {
    const { groups, pipeline, version, seedSize } = options;
    const inputs = [topics.documents, topics.texts, topics.embeddings];
    const [received, embedded, clustered, rejected, lagging] = await Promise.all([
      written(streams, topics.documents),
      written(streams, topics.embeddings),
      written(streams, topics.assignments),
      Promise.all(inputs.map((topic) => written(streams, deadLetterTopic(topic)))),
      waiting(ports, groups),
    ]);
    const { state } = replica;
    return {
      pipeline,
      version,
      documents: { received, rejected: rejected.reduce((sum, count) => sum + count), embedded, clustered },
      lag: lagging,
      clusters: livingClusters(state).length,
      seeding: seedingOf(state, seedSize),
      model: {
        version: state.version,
        epoch: state.epoch,
        documents: state.documents,
        choice: state.choice ?? null,
      },
      rates: { clustered_per_second: rate.perSecond },
      embedder: embedder.info,
      device: embedder.info.device,
    };
  });
}
