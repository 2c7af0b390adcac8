import type { Embedder, EmbedderInfo } from "@eddy/embedding/port";
import type { Foundation } from "@eddy/model/foundation";
import { observerOf, type Platform } from "@eddy/pipeline/platform";
import { workerComponent } from "@eddy/pipeline/worker-component";
import type { Component } from "@eddy/runtime/lifecycle";
import type { EmbedWorkerConfig } from "./config.ts";
import { createEmbedWorker } from "./service.ts";

type EmbedOptions = Pick<EmbedWorkerConfig, "metric" | "lagLimit">;
type FoundationOptions = Pick<EmbedWorkerConfig, "metric" | "halfLifeDocuments" | "halfLifeMs">;

/** The embed-worker of a pipeline. */
export function createEmbedComponent(
  platform: Platform,
  { metric, lagLimit }: EmbedOptions,
  embedder: Embedder,
): Component {
  const { streams, topics, groups } = platform;
  const worker = createEmbedWorker({
    streams,
    topics,
    group: groups.embed,
    embedder,
    metric,
    reader: { group: groups.cluster, lagLimit },
    observer: observerOf(platform, "embed-worker"),
    tracer: platform.tracer,
  });
  return workerComponent(platform, worker, { group: groups.embed, topic: topics.texts });
}

/** What a pipeline with this embedder is founded with. */
export function foundationOf(
  { metric, halfLifeDocuments, halfLifeMs }: FoundationOptions,
  { model, revision: modelRevision, dimensions }: EmbedderInfo,
): Foundation {
  return { metric, halfLifeDocuments, halfLifeMs, model, modelRevision, dimensions };
}
