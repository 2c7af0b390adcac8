import { observerOf, type Platform } from "@eddy/pipeline/platform";
import { workerComponent } from "@eddy/pipeline/worker-component";
import type { RegisterRoutes } from "@eddy/runtime/http-server";
import type { Component } from "@eddy/runtime/lifecycle";
import type { IngestConfig } from "./config.ts";
import { type Admission, createAdmission } from "./http/admission.ts";
import { registerIntake } from "./http/intake.ts";
import { createIntakeObserver } from "./http/intake-metrics.ts";
import { createIngest } from "./service.ts";

/** The ingest worker of a pipeline whose vectors are `dimensions` wide. */
export function createIngestComponent(
  platform: Platform,
  { maxDocumentBytes, lagLimit }: Pick<IngestConfig, "maxDocumentBytes" | "lagLimit">,
  dimensions: number,
): Component {
  const { streams, topics, groups, layout } = platform;
  const worker = createIngest({
    streams,
    topics,
    group: groups.ingest,
    reader: { group: groups.embed, lagLimit },
    textPartitions: layout.partitions,
    maxBytes: maxDocumentBytes,
    dimensions,
    observer: observerOf(platform, "ingest"),
    tracer: platform.tracer,
  });
  return workerComponent(platform, worker, { group: groups.ingest, topic: topics.documents });
}

type IntakeConfig = Pick<IngestConfig, "maxDocumentBytes"> & { readonly intakeLimit: number };

/** Documents by HTTP into this pipeline, and the gate that they pass. */
export function createIntake(
  { streams, topics, groups, clock, tracer, metrics }: Platform,
  { maxDocumentBytes, intakeLimit }: IntakeConfig,
  dimensions: number,
): { readonly admission: Admission; readonly register: RegisterRoutes } {
  const admission = createAdmission({
    streams,
    topic: topics.documents,
    group: groups.ingest,
    limit: intakeLimit,
    clock,
  });
  const observer = createIntakeObserver(metrics);
  const options = { streams, topics, maxDocumentBytes, dimensions, admission, clock, tracer, observer };
  return { admission, register: (app) => registerIntake(app, options) };
}
