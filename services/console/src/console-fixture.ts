import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Seeded } from "@eddy/clustering/events";
import type { PointPayload } from "@eddy/contracts/collection";
import { deadLetterTopic, topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createHashEmbedder } from "@eddy/embedding/hash-embedder";
import { createReplica, type Replica } from "@eddy/model/replica";
import { createSnapshots } from "@eddy/model/snapshots";
import { systemClock } from "@eddy/runtime/clock";
import { createFakeClock, type FakeClock } from "@eddy/runtime/fake-clock";
import { createHttpApp, type HttpApp, type RegisterRoutes } from "@eddy/runtime/http-server";
import { createLogger } from "@eddy/runtime/logger";
import { toDeadLetter } from "@eddy/streams/dead-letter";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { type Engine, openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { PointWrite, VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { afterEach, beforeEach } from "vitest";
import { registerConsole } from "./console.ts";

export const topics = topicsOf("test");
export const documentLetters = deadLetterTopic(topics.documents);
export const embedder = createHashEmbedder();
export const { dimensions, model, revision } = embedder.info;
export const START = Date.parse("2026-11-22T10:00:00Z");
export const themes = {
  sport: [
    "the striker scored a late goal",
    "goalkeeper saved the penalty",
    "league match ended with a goal",
    "striker injured in the match",
  ],
  space: [
    "rocket launched to orbit",
    "telescope found a planet in orbit",
    "rocket landed after orbit",
    "planet seen by telescope",
  ],
  money: ["bank raised the interest rate", "stocks fell as the bank warned"],
} as const;
export const labels = Object.keys(themes) as (keyof typeof themes)[];

export let folder: string;
export let engine: Engine;
export let store: VectorStore;
export let streams: EmbeddedStreams;
export let replica: Replica;
export let clock: FakeClock;
export let app: HttpApp;

export async function embed(text: string): Promise<Float32Array> {
  return (await embedder.embed([text]))[0]!.vector;
}

/** A console over a log, a store and a model of its own for each test of a file; the rest of this file is what stands around it. */
export function useConsole(others: readonly RegisterRoutes[] = []): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "eddy-console-"));
    engine = openEngine({ dir: folder });
    store = createQdrantStore(createInProcessApi(engine), "documents");
    clock = createFakeClock(START);
    streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => clock.now() });
    await streams.createTopics(topicSpecs(topics, { documentPartitions: 2, partitions: 2 }));
    const snapshots = createSnapshots(streams, topics.models);
    replica = createReplica({ streams, topic: topics.modelLog, snapshots, clock: systemClock });
    await replica.start((error) => {
      throw error;
    });
    app = await createHttpApp({
      logger: createLogger({ service: "test", level: "silent" }),
      register: [
        (made) =>
          registerConsole(
            made,
            {
              streams,
              topics,
              store,
              replica,
              embedder,
              clock,
              logger: createLogger({ service: "c", level: "silent" }),
            },
            {
              pipeline: "test",
              version: "0.1.0",
              groups: { ingest: "test.ingest", embed: "test.embed-worker", cluster: "test.cluster-worker" },
              seedSize: 512,
            },
          ),
        ...others,
      ],
    });
  });

  afterEach(async () => {
    await app.close();
    await replica.stop();
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

export async function found(): Promise<void> {
  const uuid = "5f2bd1b8-3c85-4d04-a7a5-2a6f1d6c9f10";
  await replica.propose({
    type: "founded",
    uuid,
    metric: "spherical",
    dimensions,
    model,
    modelRevision: revision,
    halfLifeDocuments: 0,
    halfLifeMs: 0,
  });
  await store.open({ dimensions, distance: "Cosine", uuid });
}

/** c1 sport, c2 space, c3 money, and an empty c4; the documents of each theme in it. */
export async function fill(): Promise<void> {
  await found();
  const centres = await Promise.all(
    [...labels.map((label) => themes[label].join(" ")), "zebra giraffe elephant"].map(embed),
  );
  const choice = { automatic: true, chosen: 4, score: 0.2, runnerUp: 3, runnerUpScore: 0.1, clear: true };
  const seeded: Seeded = {
    type: "seeded",
    centres: centres.map((vector) => ({ vector, weight: 1 })),
    sampleSize: 10,
    choice,
  };
  await replica.propose(seeded);
  for (const [index, label] of labels.entries()) {
    for (const [n, text] of themes[label].entries())
      await write(`${label}/${n}`, text, `c${index + 1}`, { label, source: n % 2 ? "odd" : "even" });
  }
}

export async function point(
  id: string,
  text: string,
  cluster: string,
  extra: Partial<PointPayload> = {},
): Promise<PointWrite> {
  const day = Number(id.split("/")[1]) || 0;
  const published_at = new Date(Date.parse("2026-11-20T12:00:00Z") + day * 86_400_000).toISOString();
  const received_at = new Date(clock.now()).toISOString();
  const payload = {
    document_id: id,
    text,
    published_at,
    revision: "0:0",
    received_at,
    cluster_id: cluster,
    counted_in: cluster,
    distance: 0.5,
    margin: 0.1,
    version: 2,
    assigned_with: 1,
    assigned_at: received_at,
    model,
    ...extra,
  };
  return { vector: await embed(text), payload };
}

export async function write(...document: Parameters<typeof point>): Promise<void> {
  await store.write([await point(...document)]);
}

export async function writeMany(count: number, text: (n: number) => string): Promise<void> {
  await store.write(await Promise.all(Array.from({ length: count }, (_, n) => point(`more/${n}`, text(n), "c4"))));
}

export async function get(url: string) {
  const response = await app.inject({ method: "GET", url });
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: response.json.bind(response) as <T>() => T,
  };
}

export async function put(url: string, payload: object) {
  const response = await app.inject({ method: "PUT", url, payload });
  return { status: response.statusCode, body: response.json() };
}

export async function post(url: string, payload: object | string) {
  const response = await app.inject({
    method: "POST",
    url,
    payload,
    ...(typeof payload === "string" && { headers: { "content-type": "text/plain" } }),
  });
  return { status: response.statusCode, body: response.json() };
}

interface LetterOptions {
  readonly value: string | Buffer;
  readonly topic?: string;
  readonly key?: string;
  readonly code?: "NO_TEXT" | "INVALID_JSON" | "TOO_LARGE" | "CRASHED";
  readonly partition?: number;
  readonly offset?: number;
  readonly atMs?: number;
  readonly headers?: Record<string, string>;
}

export async function letter({
  value,
  topic = topics.documents,
  key,
  code = "NO_TEXT",
  partition = 0,
  offset = 0,
  atMs = clock.now(),
  headers = {},
}: LetterOptions) {
  const record = {
    key: key === undefined ? null : Buffer.from(key),
    value: Buffer.from(value),
    headers,
    offset,
    timestampMs: atMs,
  };
  const made = toDeadLetter(
    record,
    { code, message: "text is missing" },
    { topic, partition, stage: "ingest", task: "0" },
  );
  await streams.append(deadLetterTopic(topic), partition, [made]);
}
