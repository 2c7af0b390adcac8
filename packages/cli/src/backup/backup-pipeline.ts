/**
 * The backup of a pipeline through its log and its store, while its workers run or not. What is read when makes it exact:
 *
 *  P1. The model is held first (held-model.ts), then the commits are read, then the points. So what a commit claims is among the points,
 *      and what was counted since is kept in the model to be written again.
 *  P2. What the cluster-workers emitted ends before the model does, and the model after the points: nothing in the backup is of a Delta
 *      that the model doesn't have.
 *  P3. The river's topics end last, each before the one that it is made of: nothing was made of a record that is not there.
 *  P4. So it is what a pipeline is when all of its workers die at one moment, but for what they had written behind the model; and what
 *      heals that (the chain, the redo of Deltas, the store's fence) heals a restored one. Points and counts agree once it has caught up.
 */
import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import { openHeldModel } from "@eddy/model/held-model";
import { encodeState } from "@eddy/model/state-codec";
import { retry } from "@eddy/runtime/retry";
import type { Commit, Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import type { PointId } from "@eddy/vectors/protocol";
import { UUID_KEY } from "@eddy/vectors/qdrant";
import type { CollectionDescription, QdrantApi } from "@eddy/vectors/qdrant-api";
import { createParts } from "./parts.ts";
import {
  type CopiedTopic,
  DOCUMENTS,
  emittedTopics,
  LOG,
  MANIFEST,
  type Manifest,
  MODEL,
  POINTS,
  pointLine,
  recordLine,
  riverTopics,
} from "./pipeline-format.ts";
import type { BackupWriter } from "./write-backup.ts";

export interface PipelineSource {
  readonly streams: Streams;
  readonly api: QdrantApi;
  readonly pipeline: string;
  readonly signal: AbortSignal;
  /** Told now and then how many points are copied. */
  readonly copied?: (points: number) => void;
}

/** Points of one request. */
const PAGE = 128;
const RETRY = { baseMs: 100, maxMs: 5_000, attempts: 8 };

/**
 * Throws FatalError CONFIG_INVALID where there is no such pipeline, MODEL_LOG_CUT, STORE_FOREIGN, LOG_GAP where retention takes what is
 * being copied; the signal's reason.
 */
export async function copyPipeline(source: PipelineSource, writer: BackupWriter): Promise<Manifest> {
  const { streams, api, pipeline, signal } = source;
  // Of none: says within seconds where nobody answers, which other questions wait out.
  await streams.createTopics([]);
  const model = await openHeldModel(streams, topicsOf(pipeline)).catch((error: unknown) => {
    if (!(error instanceof FatalError && error.code === "TOPIC_SHAPE")) throw error;
    throw new FatalError(
      "CONFIG_INVALID",
      `there is no pipeline ${pipeline} (${error.message}): name it with --pipeline`,
    );
  });
  await model.catchUp(signal);
  const { founded } = model.state;
  if (!founded)
    throw new FatalError("CONFIG_INVALID", `the pipeline ${pipeline} has no model yet: there is nothing to back up`);
  model.hold();
  const [emitted, river] = [emittedTopics(pipeline), riverTopics(pipeline)];
  const commits = await commitsOf(streams, river);
  const found = await api.getCollection(pipeline);
  if (found && found.metadata[UUID_KEY] !== founded.uuid)
    throw new FatalError(
      "STORE_FOREIGN",
      `the collection ${pipeline} belongs to another model log than that of the pipeline ${pipeline}: is it the right Qdrant?`,
    );
  const points = found ? await copyPoints(source, writer, () => model.catchUp(signal)) : 0;
  const ends = await endsOf(streams, emitted);
  await model.catchUp(signal);
  for (const [topic, end] of await endsOf(streams, river)) ends.set(topic, end);

  const topics: Record<string, { first: number; end: number }[]> = {};
  let records = 0;
  for (const topic of [...emitted, ...river]) {
    const copied = await copyTopic(source, writer, topic, ends.get(topic)!, commits.get(topic));
    topics[topic.name] = copied.map(({ first, end }) => ({ first, end }));
    for (const partition of copied) records += partition.records;
  }
  const state = encodeState(model.state);
  await writer.add(MODEL, state.byteLength, [state]);
  const manifest: Manifest = {
    pipeline,
    points,
    records,
    topics,
    model_log_end: model.state.version + 1,
    commits: Object.fromEntries(
      [...commits].map(([{ name }, held]) => [
        name,
        [...held].map(([partition, commit]) => ({ partition, ...commit })),
      ]),
    ),
    ...(found && { collection: await collectionOf(api, pipeline, found) }),
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await writer.add(MANIFEST, text.length, [text]);
  return manifest;
}

type Commits = ReadonlyMap<number, Commit>;

async function commitsOf(streams: Streams, topics: readonly CopiedTopic[]): Promise<Map<CopiedTopic, Commits>> {
  const commits = new Map<CopiedTopic, Commits>();
  for (const topic of topics)
    if (topic.group !== undefined) commits.set(topic, await streams.committed(topic.group, topic.topic));
  return commits;
}

/** In their order. */
async function endsOf(streams: Streams, topics: readonly CopiedTopic[]): Promise<Map<CopiedTopic, number[]>> {
  const ends = new Map<CopiedTopic, number[]>();
  for (const topic of topics) {
    const list: number[] = [];
    for (let partition = 0; partition < (await streams.partitions(topic.topic)); partition++)
      list.push((await streams.bounds(topic.topic, partition)).end);
    ends.set(topic, list);
  }
  return ends;
}

/** All of them, marks too, in the order of their ids; the model follows, lest its log be cut before it. */
async function copyPoints(
  { api, pipeline, signal, copied }: PipelineSource,
  writer: BackupWriter,
  follow: () => Promise<void>,
): Promise<number> {
  const parts = createParts(writer, POINTS);
  let count = 0;
  let after: PointId | undefined;
  do {
    signal.throwIfAborted();
    const request = {
      limit: PAGE,
      with_payload: true,
      with_vector: true,
      ...(after !== undefined && { offset: after }),
    };
    const page = await retry(() => api.scroll(pipeline, request), { ...RETRY, signal });
    for (const point of page.points) await parts.add(pointLine(point));
    count += page.points.length;
    after = page.next;
    await follow();
    copied?.(count);
  } while (after !== undefined);
  await parts.end();
  return count;
}

async function copyTopic(
  { streams, signal }: PipelineSource,
  writer: BackupWriter,
  { name, topic, unreadOnly }: CopiedTopic,
  ends: readonly number[],
  commits: Commits | undefined,
): Promise<{ first: number; end: number; records: number }[]> {
  const copied: { first: number; end: number; records: number }[] = [];
  for (const [partition, end] of ends.entries()) {
    const { start } = await streams.bounds(topic, partition);
    const unread = commits?.get(partition)?.offset;
    const first = Math.min(end, unreadOnly && unread !== undefined ? Math.max(start, unread) : start);
    const parts = createParts(writer, `${LOG}${name}/${partition}/`);
    let [records, next] = [0, first];
    for await (const batch of readRange(streams, topic, partition, first, end, { signal })) {
      for (const record of batch) {
        if (record.offset !== next && name !== DOCUMENTS)
          throw new FatalError(
            "LOG_GAP",
            `${topic}/${partition} has nothing from ${next} to ${record.offset}: only Eddy may write to this topic, and none of its records may be compacted away`,
          );
        next = record.offset + 1;
        await parts.add(recordLine(record));
      }
      records += batch.length;
    }
    await parts.end();
    copied.push({ first, end, records });
  }
  return copied;
}

async function collectionOf(api: QdrantApi, name: string, { creation, indexes }: CollectionDescription) {
  const aliases = [...(await api.aliases())].filter(([, collection]) => collection === name).map(([alias]) => alias);
  return { creation, indexes, aliases };
}
