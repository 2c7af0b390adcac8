/**
 * What a pipeline is, as files of a backup (backup-format.ts). All of them keep their offsets: a document's id, its revision, the versions of
 * points, the chain and the commits are made of offsets, so a restored topic goes on at the offset where the old one was.
 *
 *     points/000001.jsonl            the collection's points: {"id", "payload", "vector": f32 little-endian as base64}
 *     log/<topic>/<p>/000001.jsonl   records: [offset, milliseconds, key, value, {header: value}], bytes as base64
 *     model.snapshot                 the model, as a snapshot in the topic `models`
 *     pipeline.json                  last: what there is of each, commits, the collection's settings
 *
 * What people publish and read is copied as far as the log keeps it; what lies between two workers only as far as it is unread. The model
 * log itself is not copied: the model at its end is what it comes to.
 */
import { deadLetterTopic, topicsOf } from "@eddy/contracts/topics";
import { groupsOf } from "@eddy/pipeline/groups";
import type { StoredRecord } from "@eddy/streams/port";
import type { PointRecord } from "@eddy/vectors/protocol";
import { z } from "zod";

export const MODEL = "model.snapshot";
export const MANIFEST = "pipeline.json";
export const POINTS = "points/";
export const LOG = "log/";
/** People's: the one that may have holes, of transactions. */
export const DOCUMENTS = "documents";

export interface CopiedTopic {
  /** In the backup: without the pipeline's name. */
  readonly name: string;
  readonly topic: string;
  /** Its reader among the workers. */
  readonly group?: string;
  /** Only what that reader has not read. */
  readonly unreadOnly?: boolean;
}

/** What the cluster-workers emit: never newer than the model of the backup. */
export function emittedTopics(pipeline: string): readonly CopiedTopic[] {
  const { assignments, clusterEvents } = topicsOf(pipeline);
  return [
    { name: "assignments", topic: assignments },
    { name: "cluster-events", topic: clusterEvents },
  ];
}

/** The river's topics, against the stream: each reaches as far as what was made of it, or further. */
export function riverTopics(pipeline: string): readonly CopiedTopic[] {
  const { documents, texts, embeddings } = topicsOf(pipeline);
  const groups = groupsOf(pipeline);
  return [
    { name: "embeddings.dlq", topic: deadLetterTopic(embeddings) },
    { name: "embeddings", topic: embeddings, group: groups.cluster, unreadOnly: true },
    { name: "texts.dlq", topic: deadLetterTopic(texts) },
    { name: "texts", topic: texts, group: groups.embed, unreadOnly: true },
    { name: "documents.dlq", topic: deadLetterTopic(documents) },
    { name: DOCUMENTS, topic: documents, group: groups.ingest },
  ];
}

const whole = z.number().int().min(0);
const object = z.record(z.string(), z.unknown());

export const manifestSchema = z.object({
  pipeline: z.string(),
  points: whole,
  records: whole,
  /** By topic's name, a partition each: the first offset that is copied, and the one that the next record gets. */
  topics: z.record(z.string(), z.array(z.object({ first: whole, end: whole }))),
  /** The end of the model log: one more than the model's version. */
  model_log_end: whole,
  /** By topic's name: what its reader among the workers has committed. */
  commits: z.record(z.string(), z.array(z.object({ partition: whole, offset: whole, metadata: z.string() }))),
  /** Absent where no cluster-worker had made one yet. */
  collection: z.object({ creation: object, indexes: object, aliases: z.array(z.string()) }).optional(),
});

export type Manifest = z.output<typeof manifestSchema>;

const bytesOf = (text: string) => Buffer.from(text, "base64");
const base64 = z.string();
const pointSchema = z.object({
  id: z.union([z.string(), z.number()]),
  payload: object,
  vector: base64.optional(),
});
const recordSchema = z.tuple([whole, whole, base64.nullable(), base64.nullable(), z.record(z.string(), base64)]);

export function pointLine({ id, payload, vector }: PointRecord): string {
  const { buffer, byteOffset, byteLength } = vector instanceof Float32Array ? vector : new Float32Array();
  const bytes = byteLength > 0 ? { vector: Buffer.from(buffer, byteOffset, byteLength).toString("base64") } : {};
  return `${JSON.stringify({ id, payload: payload ?? {}, ...bytes })}\n`;
}

/** Throws where it is none. */
export function parsePoint(line: string) {
  const { id, payload, vector } = pointSchema.parse(JSON.parse(line));
  return { id, payload, vector: vector === undefined ? {} : floats(bytesOf(vector)) };
}

/** A copy: base64 gives bytes that may lie anywhere. */
function floats(bytes: Buffer): Float32Array {
  const vector = new Float32Array(bytes.length / 4);
  for (let i = 0; i < vector.length; i++) vector[i] = bytes.readFloatLE(4 * i);
  return vector;
}

export function recordLine({ offset, timestampMs, key, value, headers }: StoredRecord): string {
  const text = (bytes: Uint8Array | string) => Buffer.from(bytes as Uint8Array).toString("base64");
  const held = Object.entries(headers).map(([name, header]) => [name, text(header)]);
  return `${JSON.stringify([offset, timestampMs, key && text(key), value && text(value), Object.fromEntries(held)])}\n`;
}

/** Throws where it is none. */
export function parseRecord(line: string): StoredRecord {
  const [offset, timestampMs, key, value, headers] = recordSchema.parse(JSON.parse(line));
  return {
    offset,
    timestampMs,
    key: key === null ? null : bytesOf(key),
    value: value === null ? null : bytesOf(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, bytesOf(header)])),
  };
}
