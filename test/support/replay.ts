import { createHash } from "node:crypto";
import { applyEvent } from "@eddy/clustering/fold";
import { emptyState, type ModelState } from "@eddy/clustering/state";
import type { Topics } from "@eddy/contracts/topics";
import { decodeEvent } from "@eddy/model/event-codec";
import { decodeState, encodeState } from "@eddy/model/state-codec";
import { headerText, type Streams } from "@eddy/streams/port";
import { readPartition } from "./read-topic.ts";

export interface Replayed {
  readonly state: ModelState;
  /** Of the encoded state. */
  readonly sha256: string;
  /** Snapshots that were met on the way and equal to the fold, bit for bit. */
  readonly compared: number;
  readonly faults: readonly string[];
}

/**
 * Folds the model log as far as it is kept, from nothing or the oldest snapshot that reaches its start, and holds each later
 * snapshot (made by processes that started from others, and were killed) against the fold, bit for bit (G7).
 */
export async function replayModel(streams: Streams, topics: Topics): Promise<Replayed> {
  const snapshots = await wholeSnapshots(streams, topics.models);
  const events = await readPartition(streams, topics.modelLog, 0);
  const { start } = await streams.bounds(topics.modelLog, 0);
  const versions = [...snapshots.keys()].sort((a, b) => a - b);
  const base = start === 0 ? undefined : versions.find((version) => version >= start - 1);
  if (start > 0 && base === undefined) throw new Error(`the model log starts at ${start}, and no snapshot reaches it`);
  const state = base === undefined ? emptyState() : decodeState(snapshots.get(base)!);
  const faults: string[] = [];
  let compared = 0;
  for (const { offset, value } of events) {
    if (offset <= state.version) continue;
    applyEvent(state, offset, decodeEvent(value!));
    const snapshot = snapshots.get(offset);
    if (!snapshot) continue;
    compared += 1;
    if (!Buffer.from(encodeState(state)).equals(snapshot))
      faults.push(`G7 the snapshot of version ${offset} is not what the log gives`);
  }
  const sha256 = createHash("sha256").update(encodeState(state)).digest("hex");
  return { state, sha256, compared, faults };
}

async function wholeSnapshots(streams: Streams, topic: string): Promise<Map<number, Buffer>> {
  const parts = new Map<number, { readonly count: number; readonly chunks: (Uint8Array | null)[] }>();
  for (const { key, value, headers } of await readPartition(streams, topic, 0)) {
    const [, version, chunk] = /^model:(\d+):(\d+)$/.exec(Buffer.from(key!).toString()) ?? [];
    if (version === undefined) continue;
    const found = parts.get(Number(version)) ?? { count: Number(headerText(headers, "eddy-chunks")), chunks: [] };
    parts.set(Number(version), found);
    found.chunks[Number(chunk)] = value;
  }
  const whole = new Map<number, Buffer>();
  for (const [version, { count, chunks }] of parts) {
    const present = chunks.filter((chunk) => chunk !== null && chunk !== undefined);
    if (present.length === count) whole.set(version, Buffer.concat(present));
  }
  return whole;
}
