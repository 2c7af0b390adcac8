import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { emptyState, type ModelState } from "@eddy/clustering/state";
import { decoded } from "@eddy/contracts/decoded";
import { FatalError } from "@eddy/contracts/errors";
import { ModelSnapshotSchema } from "@eddy/contracts/gen/eddy/v1/snapshot_pb";
import { decodeDoubles, decodeFloats, encodeFloats } from "@eddy/contracts/vector-bytes";
import { choiceOf, foundedOf } from "./event-codec.ts";

export const SNAPSHOT_FORMAT = 1;

/** The state as bytes: equal states give equal bytes, so replicas can be compared by them. */
export function encodeState(state: ModelState): Uint8Array {
  const byNumber = <V>(map: ReadonlyMap<number, V>) => [...map].sort(([a], [b]) => a - b);
  return toBinary(
    ModelSnapshotSchema,
    create(ModelSnapshotSchema, {
      format: SNAPSHOT_FORMAT,
      version: state.version,
      founded: state.founded,
      epoch: state.epoch,
      structuredAt: state.structuredAt,
      nextCluster: state.nextCluster,
      documents: state.documents,
      clock: state.clock,
      nextRefit: state.nextRefit,
      seedSample: state.seedSample,
      choice: state.choice,
      clusters: byNumber(state.clusters).map(([, cluster]) => ({ ...cluster, sum: encodeFloats(cluster.sum) })),
      partitions: byNumber(state.partitions).map(([partition, { applied, done, sampled, skipped, ranges }]) => ({
        partition,
        applied,
        done,
        sampled,
        skipped,
        ranges: ranges.map((range) => ({ ...range, sources: [...range.sources], clusters: [...range.clusters] })),
      })),
      sampled: state.sampled.map((sampled) => ({ ...sampled, vectors: encodeFloats(sampled.vectors) })),
      refused: [...state.refused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([why, count]) => ({ why, count })),
    }),
  );
}

/** Throws FatalError FORMAT_UNKNOWN or RECORD_DAMAGED. */
export function decodeState(bytes: Uint8Array): ModelState {
  return decoded("a model snapshot", () => read(bytes));
}

function read(bytes: Uint8Array): ModelState {
  const message = fromBinary(ModelSnapshotSchema, bytes);
  if (message.format !== SNAPSHOT_FORMAT) {
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `a model snapshot of format ${message.format}; this version of Eddy reads ${SNAPSHOT_FORMAT}`,
    );
  }
  const state = emptyState();
  const { founded, choice } = message;
  state.founded = founded && foundedOf(founded);
  state.version = message.version;
  state.epoch = message.epoch;
  state.structuredAt = message.structuredAt;
  state.nextCluster = message.nextCluster;
  state.documents = message.documents;
  state.clock = message.clock;
  state.nextRefit = message.nextRefit;
  state.seedSample = message.seedSample;
  state.choice = choice && choiceOf(choice);
  for (const { id, sum, weight, sumSquares, count, decayedAt, name, bornAt, heir } of message.clusters) {
    state.clusters.set(id, { id, sum: decodeDoubles(sum), weight, sumSquares, count, decayedAt, name, bornAt, heir });
  }
  for (const { partition, applied, done, sampled, skipped, ranges } of message.partitions) {
    state.partitions.set(partition, {
      applied,
      done,
      sampled,
      skipped,
      ranges: ranges.map(({ from, to, version, assignedWith, clock, sources, clusters }) => ({
        from,
        to,
        version,
        assignedWith,
        clock,
        sources,
        clusters,
      })),
    });
  }
  state.sampled = message.sampled.map(({ partition, from, to, count, vectors }) => ({
    type: "sampled",
    partition,
    from,
    to,
    count,
    vectors: decodeFloats(vectors),
  }));
  for (const { why, count } of message.refused) state.refused.set(why as "invalid", count);
  return state;
}
