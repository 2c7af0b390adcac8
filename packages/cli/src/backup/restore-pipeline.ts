/**
 * Brings the backup of a pipeline into a log and a store that have nothing of it.
 *
 *  R1. The whole file is read and held against its checksums before anything is written.
 *  R2. Each topic is led to the offset where its copy begins: with empty records, which are then forgotten. Then its records follow, each at
 *      the offset that it had.
 *  R3. From before the first write until after the last the pipeline has a mark (restore-mark.ts). What was killed goes on when it is
 *      run again with the same file: each topic's end says how far it is, and a point is the same when it is written twice.
 *  R4. What is still to be read is stamped with the present time, lest retention take it before.
 */
import { createHash } from "node:crypto";
import { FatalError } from "@eddy/contracts/errors";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createSnapshots } from "@eddy/model/snapshots";
import { decodeState } from "@eddy/model/state-codec";
import { beginRestore, endRestore, unfinishedRestore } from "@eddy/pipeline/restore-mark";
import { retry } from "@eddy/runtime/retry";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import type { QdrantApi } from "@eddy/vectors/qdrant-api";
import { damaged } from "./backup-format.ts";
import { bytesOf, linesOf, passOver } from "./parts.ts";
import {
  type CopiedTopic,
  DOCUMENTS,
  emittedTopics,
  LOG,
  MANIFEST,
  type Manifest,
  MODEL,
  manifestSchema,
  POINTS,
  parsePoint,
  parseRecord,
  riverTopics,
} from "./pipeline-format.ts";
import { type BackupFile, readBackup } from "./read-backup.ts";
import { appendRecords, endTopic, leadTo, type TopicTarget } from "./restore-topic.ts";

/** What of a backup is needed before the rest. */
export interface PipelineBackup {
  /** For people: the file's. */
  readonly name: string;
  /** SHA-256 of its checksums: which backup it is. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly model: Uint8Array;
  /** Gives each file of it to `take`, as readBackup does. */
  read(signal: AbortSignal, take: (entry: BackupFile) => Promise<void>): Promise<unknown>;
}

export interface PipelineTarget extends TopicTarget {
  readonly api: QdrantApi;
  readonly retentionBytes: number;
  /** Told now and then how many points are written. */
  readonly written?: (points: number) => void;
}

/** Points of one request. */
const BATCH = 128;
const RETRY = { baseMs: 100, maxMs: 5_000, attempts: 8 };

/** Reads all of it once (R1). Throws FatalError BACKUP_DAMAGED, FORMAT_UNKNOWN, CONFIG_INVALID; the signal's reason. */
export async function checkPipelineBackup(file: string, signal: AbortSignal): Promise<PipelineBackup> {
  const held = new Map<string, Buffer>();
  const checksums = await readBackup(file, signal, async (entry) => {
    if (entry.path === MANIFEST || entry.path === MODEL) held.set(entry.path, await bytesOf(file, entry));
    else await passOver(entry);
  });
  const [manifest, model] = [held.get(MANIFEST), held.get(MODEL)];
  if (!manifest || !model) throw damaged(file, `it has no ${manifest ? MODEL : MANIFEST}`);
  const id = createHash("sha256").update(JSON.stringify(checksums)).digest("hex");
  try {
    const parsed = manifestSchema.parse(JSON.parse(manifest.toString("utf8")));
    return { name: file, id, model, manifest: parsed, read: (stop, take) => readBackup(file, stop, take) };
  } catch (error) {
    throw damaged(file, `${MANIFEST} can't be read`, error);
  }
}

/** Throws FatalError CONFIG_INVALID where the pipeline is not empty or its workers run; STORE_SHAPE, STORE_FOREIGN, TOPIC_SHAPE. */
export async function bringPipeline(target: PipelineTarget, backup: PipelineBackup): Promise<void> {
  const { streams, api, pipeline } = target;
  const { manifest } = backup;
  const topics = topicsOf(pipeline);
  const state = decodeState(backup.model);
  const copied = [...emittedTopics(pipeline), ...riverTopics(pipeline)];
  const places = (name: string) => manifest.topics[name] ?? [];

  await makeTopics(target, manifest);
  const begun = await unfinishedRestore(streams, pipeline);
  if (begun === undefined) await checkEmpty(target, copied);
  else if (begun !== backup.id)
    throw new FatalError(
      "CONFIG_INVALID",
      `the pipeline ${pipeline} holds half of another backup: restore that one, or ${remedy(pipeline)}`,
    );
  await beginRestore(streams, pipeline, backup.id);
  for (const { name, topic, group } of copied)
    for (const { partition, ...commit } of manifest.commits[name] ?? [])
      await streams.rewind(group!, topic, partition, commit);
  if (manifest.collection) await makeCollection(target, manifest.collection, state.founded!);
  for (const { name, topic } of copied)
    for (const [partition, place] of places(name).entries()) await leadTo(target, topic, partition, place.first);
  await leadTo(target, topics.modelLog, 0, manifest.model_log_end);

  await writeAll(target, backup, copied);
  for (const topic of copied)
    for (const [partition, { end }] of places(topic.name).entries()) await endTopic(target, topic, partition, end);
  await createSnapshots(streams, topics.models).save(state);
  const present = await api.aliases();
  for (const alias of manifest.collection?.aliases ?? [])
    if (!present.has(alias))
      await api.changeAliases([{ create_alias: { alias_name: alias, collection_name: pipeline } }]);
  await endRestore(streams, pipeline);
}

/** The points and the records, in the order that they are in the file. */
async function writeAll(
  target: PipelineTarget,
  { name: file, manifest, read }: PipelineBackup,
  copied: readonly CopiedTopic[],
): Promise<void> {
  const { api, pipeline, signal } = target;
  const byName = new Map(copied.map((topic) => [topic.name, topic]));
  let points = 0;
  await read(signal, async (entry) => {
    if (entry.path.startsWith(POINTS)) {
      const found = await linesOf(file, entry, parsePoint);
      for (let at = 0; at < found.length; at += BATCH) {
        const some = found.slice(at, at + BATCH);
        await retry(() => api.update(pipeline, [{ upsert: { points: some } }]), { ...RETRY, signal });
        target.written?.((points += some.length));
      }
    } else if (entry.path.startsWith(LOG)) {
      const [name = "", partition] = entry.path.slice(LOG.length).split("/");
      const topic = byName.get(name);
      const place = manifest.topics[name]?.[Number(partition)];
      if (!topic || !place) throw damaged(file, `${entry.path} is of no topic that this version knows`);
      const unread = manifest.commits[name]?.find((commit) => commit.partition === Number(partition))?.offset;
      const stamped = topic.group === undefined ? place.end : (unread ?? place.first);
      await appendRecords(target, topic, Number(partition), await linesOf(file, entry, parseRecord), stamped);
    } else await passOver(entry);
  });
}

const remedy = (pipeline: string) =>
  `take another name (--pipeline), or delete the topics ${pipeline}.* and the collection ${pipeline}`;

async function makeTopics({ streams, pipeline, retentionBytes }: PipelineTarget, { topics }: Manifest): Promise<void> {
  const names = topicsOf(pipeline);
  const documentPartitions = topics[DOCUMENTS]?.length ?? 1;
  const partitions = topics.texts?.length ?? 1;
  await streams.createTopics(topicSpecs(names, { partitions, documentPartitions, retentionBytes }));
  const found = await streams.partitions(names.documents);
  if (found !== documentPartitions)
    throw new FatalError(
      "TOPIC_SHAPE",
      `${names.documents} has ${found} partition(s), in the backup it has ${documentPartitions}: delete it, eddy restore makes it`,
    );
}

async function checkEmpty({ streams, api, pipeline }: PipelineTarget, copied: readonly CopiedTopic[]): Promise<void> {
  const { modelLog, models } = topicsOf(pipeline);
  for (const topic of [modelLog, models, ...copied.map((one) => one.topic)])
    for (let partition = 0; partition < (await streams.partitions(topic)); partition++)
      if ((await streams.bounds(topic, partition)).end > 0)
        throw notEmpty(pipeline, `something was written to ${topic} already`);
  const collection = await api.getCollection(pipeline);
  if (collection && (await api.count(pipeline, {})) > 0)
    throw notEmpty(pipeline, `the collection ${pipeline} has points`);
}

function notEmpty(pipeline: string, why: string): FatalError {
  const advice = `a backup is restored into a pipeline that is empty: ${remedy(pipeline)}`;
  return new FatalError("CONFIG_INVALID", `${why}; ${advice}`);
}

/** One that is there, and empty, is used with the settings that it has. */
async function makeCollection(
  { api, pipeline }: PipelineTarget,
  { creation, indexes }: NonNullable<Manifest["collection"]>,
  { uuid, dimensions, metric }: { readonly uuid: string; readonly dimensions: number; readonly metric: string },
): Promise<void> {
  await api.createCollection(pipeline, creation);
  const distance = metric === "spherical" ? "Cosine" : "Euclid";
  const store = createQdrantStore(api, pipeline);
  const present = (await api.getCollection(pipeline))?.indexes ?? {};
  for (const [field, schema] of Object.entries(indexes))
    if (!(field in present)) await api.createIndex(pipeline, field, schema);
  await store.open({ dimensions, distance, uuid });
}
