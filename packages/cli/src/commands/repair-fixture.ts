import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { encodeEvent } from "@eddy/model/event-codec";
import { formatNote } from "@eddy/streams/chain";
import type { Streams } from "@eddy/streams/port";

const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const sum = Float32Array.of(1, 0);
const model: EventBody[] = [
  {
    type: "founded",
    uuid: "u",
    metric: "spherical",
    dimensions: 2,
    model: "m",
    modelRevision: "1",
    halfLifeDocuments: 0,
    halfLifeMs: 0,
  },
  { type: "seeded", centres: [{ vector: sum, weight: 1 }], sampleSize: 1, choice },
  {
    type: "delta",
    partition: 0,
    from: -1,
    to: 2,
    done: -1,
    assignedWith: 1,
    sources: [1, 2, 3],
    clusters: [1, 1, 1],
    touched: [{ cluster: 1, added: 3, removed: 0, sum, sumSquares: 1, removedWeight: 0 }],
  },
];

export const note = (applied: number, previous: number) =>
  formatNote({ applied: new Map([[0, applied]]), previous: new Map([[0, previous]]) });

/**
 * For tests of `eddy repair`: ten documents came as far as `embeddings`; the cluster-worker has counted three of them, and its
 * group was set to the end. Of the first records only what `kept` says is still there.
 */
export async function tenDocuments(
  streams: Streams,
  pipeline: string,
  kept: "embeddings" | "texts" | "neither",
): Promise<void> {
  const topics = topicsOf(pipeline);
  await streams.createTopics(topicSpecs(topics, { partitions: 1, documentPartitions: 1, retentionBytes: 1e6 }));
  const records = Array.from({ length: 10 }, (_, n) => ({
    key: Buffer.from(`d${n}`),
    value: Buffer.from("x"),
    headers: { "eddy-origin": "0", "eddy-source": String(n), "eddy-previous": String(n - 1) },
  }));
  for (const topic of [topics.documents, topics.texts, topics.embeddings]) await streams.append(topic, 0, records);
  await streams.rewind(`${pipeline}.ingest`, topics.documents, 0, { offset: 10, metadata: note(0, 9) });
  await streams.rewind(`${pipeline}.embed-worker`, topics.texts, 0, { offset: 10, metadata: note(9, 9) });
  for (const [index, body] of model.entries()) {
    const event = { worker: "w", sequence: index, atMs: 0, epoch: index < 2 ? 0 : 1, ...body } as ModelEvent;
    await streams.append(topics.modelLog, 0, [{ key: Buffer.from("model"), value: encodeEvent(event), headers: {} }]);
  }
  if (kept !== "embeddings") await streams.truncate(topics.embeddings, 0, 6);
  if (kept === "neither") await streams.truncate(topics.texts, 0, 10);
  await streams.rewind(`${pipeline}.cluster-worker`, topics.embeddings, 0, { offset: 10, metadata: note(2, 2) });
}
