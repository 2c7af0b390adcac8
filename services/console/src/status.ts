import type { KChoice } from "@eddy/clustering/events";
import { livingClusters } from "@eddy/clustering/state";
import { deadLetterTopic } from "@eddy/contracts/topics";
import type { EmbedderInfo } from "@eddy/embedding/port";
import type { HttpApp } from "@eddy/runtime/http-server";
import { type Seeding, seedingOf } from "./find-cluster.ts";
import { lag, written } from "./log-counts.ts";
import type { ConsoleOptions, ConsolePorts } from "./ports.ts";
import { createRate } from "./rate.ts";

export interface Status {
  readonly pipeline: string;
  /** Eddy's. */
  readonly version: string;
  /** Records written so far; what retention took is counted too. */
  readonly documents: {
    readonly received: number;
    readonly rejected: number;
    readonly embedded: number;
    readonly clustered: number;
  };
  /** Records of a topic that its reader has still to read. */
  readonly lag: { readonly documents: number; readonly texts: number; readonly embeddings: number };
  readonly clusters: number;
  readonly seeding: Seeding | null;
  readonly model: {
    readonly version: number;
    readonly epoch: number;
    /** Ever counted. */
    readonly documents: number;
    readonly choice: KChoice | null;
  };
  readonly rates: { readonly clustered_per_second: number };
  readonly embedder: EmbedderInfo;
  readonly device: string;
}

/** `GET /v1/status`. */
export function registerStatus(app: HttpApp, ports: ConsolePorts, options: ConsoleOptions): void {
  const { streams, topics, replica, embedder, clock } = ports;
  const rate = createRate(() => written(streams, topics.assignments), clock);
  const closed = new AbortController();
  app.addHook("onReady", async () => void rate.follow(closed.signal));
  app.addHook("onClose", async () => closed.abort());

  app.get("/v1/status", async (): Promise<Status> => {
    const { groups, pipeline, version, seedSize } = options;
    const inputs = [topics.documents, topics.texts, topics.embeddings];
    const [received, embedded, clustered, rejected, lagging] = await Promise.all([
      written(streams, topics.documents),
      written(streams, topics.embeddings),
      written(streams, topics.assignments),
      Promise.all(inputs.map((topic) => written(streams, deadLetterTopic(topic)))),
      Promise.all([
        lag(streams, groups.ingest, topics.documents),
        lag(streams, groups.embed, topics.texts),
        lag(streams, groups.cluster, topics.embeddings),
      ]),
    ]);
    const { state } = replica;
    return {
      pipeline,
      version,
      documents: { received, rejected: rejected.reduce((sum, count) => sum + count), embedded, clustered },
      lag: { documents: lagging[0], texts: lagging[1], embeddings: lagging[2] },
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
