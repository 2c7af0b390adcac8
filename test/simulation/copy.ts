import { copyPipeline, type PipelineSource } from "@eddy/cli/backup/backup-pipeline";
import type { PipelineBackup } from "@eddy/cli/backup/restore-pipeline";
import { bringPipeline } from "@eddy/cli/backup/restore-pipeline";
import type { PointPayload } from "@eddy/contracts/collection";
import type { Bounds, Streams } from "@eddy/streams/port";
import type { PointRecord } from "@eddy/vectors/protocol";
import { UUID_KEY } from "@eddy/vectors/qdrant";
import type { QdrantApi } from "@eddy/vectors/qdrant-api";
import { withModel } from "../support/with-model.ts";
import type { SimProcess } from "./scheduler.ts";
import { simStreams } from "./sim-streams.ts";
import { DIMENSIONS, PIPELINE, topics, type World } from "./world.ts";

const { signal } = new AbortController();

/** Rules of a backup that may be broken. */
export interface CopySabotage {
  /** Commits are those of the end. */
  readonly lateCommits?: boolean;
  /** `documents` ends where it ended at the beginning. */
  readonly earlyDocuments?: boolean;
  /** The model ends where it ended when the first points were read. */
  readonly earlyModel?: boolean;
}

/** The backup of a world that goes on: each of its calls waits its turn among those of the workers. */
export async function backUp(world: World, sabotage: CopySabotage = {}): Promise<PipelineBackup> {
  const process: SimProcess = { name: "backup", alive: true };
  const own = simStreams(world.streams, world.scheduler, process, [], {});
  const uuid = await withModel(world.streams, topics, async ({ founded }) => founded!.uuid);
  const documents = await boundsOf(world.streams, topics.documents);
  const late: (() => Promise<void>)[] = [];
  let modelLog: Bounds | undefined;
  const streams: Streams = {
    ...own,
    async bounds(topic, partition) {
      if (sabotage.earlyDocuments && topic === topics.documents) return documents[partition]!;
      if (modelLog && topic === topics.modelLog) return modelLog;
      return own.bounds(topic, partition);
    },
    async committed(group, topic) {
      const commits = await own.committed(group, topic);
      late.push(async () => {
        for (const [partition, commit] of await own.committed(group, topic)) commits.set(partition, commit);
      });
      return commits;
    },
  };
  const api = {
    getCollection: async () => ({ ...COLLECTION, metadata: { [UUID_KEY]: uuid }, points: world.points.size }),
    aliases: async () => new Map(),
    scroll: (_name, { offset }) =>
      world.scheduler.step(process, async () => {
        const left = [...world.points.values()]
          .filter(({ payload }) => !offset || payload.document_id >= String(offset))
          .sort((a, b) => (a.payload.document_id < b.payload.document_id ? -1 : 1));
        const page = left.slice(0, 1 + world.scheduler.pick(3));
        const next = left[page.length]?.payload.document_id;
        if (sabotage.earlyModel) modelLog ??= await own.bounds(topics.modelLog, 0);
        if (next === undefined && sabotage.lateCommits) for (const work of late) await work();
        const points = page.map(
          ({ payload, vector }) =>
            ({ id: payload.document_id, payload, ...(vector && { vector }) }) as never as PointRecord,
        );
        return { points, ...(next !== undefined && { next }) };
      }),
  } as Partial<QdrantApi> as QdrantApi;
  const source: PipelineSource = { streams, api, pipeline: PIPELINE, signal };

  const files: { readonly path: string; readonly bytes: Buffer }[] = [];
  const manifest = await copyPipeline(source, {
    async add(path, _size, content) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      files.push({ path, bytes: Buffer.concat(chunks) });
    },
  });
  return {
    id: "0".repeat(64),
    name: "a backup of the simulation",
    manifest,
    model: files.find(({ path }) => path === "model.snapshot")!.bytes,
    async read(_signal, take) {
      for (const { path, bytes } of files)
        await take({
          path,
          size: bytes.length,
          body: (async function* () {
            yield bytes;
          })(),
        });
    },
  };
}

const COLLECTION = {
  vectors: { size: DIMENSIONS, distance: "Cosine" },
  creation: {},
  indexes: {},
  metadata: {},
} as const;

/** Into a world that nothing has happened in. */
export async function restore(world: World, backup: PipelineBackup): Promise<void> {
  const api = {
    getCollection: async () => ({ ...COLLECTION, points: world.points.size }),
    createCollection: async () => true,
    createIndex: async () => {},
    setMetadata: async () => {},
    count: async () => world.points.size,
    aliases: async () => new Map(),
    async update(_name, operations) {
      for (const operation of operations)
        if ("upsert" in operation)
          for (const { payload, vector } of operation.upsert.points ?? []) {
            const held = payload as unknown as PointPayload;
            world.points.set(held.document_id, {
              payload: held,
              ...(vector instanceof Float32Array && { vector }),
            });
          }
    },
  } as Partial<QdrantApi> as QdrantApi;
  await bringPipeline({ streams: world.streams, api, pipeline: PIPELINE, retentionBytes: 1e9, signal }, backup);
}

export async function boundsOf(streams: Streams, topic: string) {
  const partitions = Array.from({ length: await streams.partitions(topic) }, (_, partition) => partition);
  return Promise.all(partitions.map((partition) => streams.bounds(topic, partition)));
}
