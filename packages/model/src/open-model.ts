import type { Topics } from "@eddy/contracts/topics";
import type { Streams } from "@eddy/streams/port";
import { createReplica, type Replica, type ReplicaOptions } from "./replica.ts";
import { createSnapshots, type Snapshots } from "./snapshots.ts";

export interface OpenModelOptions extends Pick<ReplicaOptions, "clock" | "folded" | "worker"> {
  readonly streams: Streams;
  readonly topics: Topics;
}

/** A pipeline's model: a replica, not yet started, and the snapshots that it starts from. */
export function openModel({ streams, topics, ...options }: OpenModelOptions): {
  readonly replica: Replica;
  readonly snapshots: Snapshots;
} {
  const snapshots = createSnapshots(streams, topics.models);
  return { snapshots, replica: createReplica({ streams, topic: topics.modelLog, snapshots, ...options }) };
}
