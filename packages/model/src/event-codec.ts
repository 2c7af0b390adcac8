import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { EventBody, EventHead, Founded, KChoice, Metric, ModelEvent } from "@eddy/clustering/events";
import { decoded } from "@eddy/contracts/decoded";
import { FatalError } from "@eddy/contracts/errors";
import {
  type Founded as FoundedMessage,
  type KChoice as KChoiceMessage,
  type ModelEvent as Message,
  ModelEventSchema,
} from "@eddy/contracts/gen/eddy/v1/model_log_pb";
import { decodeFloats, encodeFloats } from "@eddy/contracts/vector-bytes";

export const EVENT_FORMAT = 1;

export function encodeEvent(event: ModelEvent): Uint8Array {
  const { worker, sequence, atMs, epoch } = event;
  return toBinary(
    ModelEventSchema,
    create(ModelEventSchema, { format: EVENT_FORMAT, worker, sequence, atMs, epoch, event: bodyMessage(event) }),
  );
}

function bodyMessage(event: EventBody) {
  switch (event.type) {
    case "founded":
      return { case: "founded" as const, value: event };
    case "sampled":
      return { case: "sampled" as const, value: { ...event, vectors: encodeFloats(event.vectors) } };
    case "seeded":
      return {
        case: "seeded" as const,
        value: {
          ...event,
          centres: event.centres.map(({ vector, weight }) => ({ vector: encodeFloats(vector), weight })),
        },
      };
    case "delta":
      return {
        case: "delta" as const,
        value: {
          ...event,
          sources: [...event.sources],
          clusters: [...event.clusters],
          touched: event.touched.map((touched) => ({ ...touched, sum: encodeFloats(touched.sum) })),
        },
      };
    case "refitted":
      return {
        case: "refitted" as const,
        value: {
          ...event,
          clusters: event.clusters.map(({ cluster, centre, absorbs }) => ({
            cluster,
            absorbs: [...absorbs],
            centre: { vector: encodeFloats(centre.vector), weight: centre.weight },
          })),
        },
      };
    case "renamed":
      return { case: "renamed" as const, value: event };
    case "skipped":
      return { case: "skipped" as const, value: event };
  }
}

/**
 * Throws FatalError FORMAT_UNKNOWN or EVENT_UNKNOWN at what this version can't fold (going on would fork the model), RECORD_DAMAGED at what
 * is no event.
 */
export function decodeEvent(bytes: Uint8Array): ModelEvent {
  return decoded("an event of the model", () => read(bytes));
}

function read(bytes: Uint8Array): ModelEvent {
  const message = fromBinary(ModelEventSchema, bytes);
  if (message.format !== EVENT_FORMAT) {
    throw new FatalError(
      "FORMAT_UNKNOWN",
      `an event of format ${message.format} in the model log; this version of Eddy reads ${EVENT_FORMAT}`,
    );
  }
  const head: EventHead = {
    worker: message.worker,
    sequence: message.sequence,
    atMs: message.atMs,
    epoch: message.epoch,
  };
  return { ...head, ...body(message) };
}

function body({ event }: Message): EventBody {
  switch (event.case) {
    case "founded":
      return foundedOf(event.value);
    case "sampled": {
      const { partition, from, to, count, vectors } = event.value;
      return { type: "sampled", partition, from, to, count, vectors: decodeFloats(vectors) };
    }
    case "seeded": {
      const { centres, sampleSize, choice } = event.value;
      return {
        type: "seeded",
        centres: centres.map(({ vector, weight }) => ({ vector: decodeFloats(vector), weight })),
        sampleSize,
        choice: choiceOf(choice),
      };
    }
    case "delta": {
      const { partition, from, to, done, assignedWith, sources, clusters, touched } = event.value;
      return {
        type: "delta",
        partition,
        from,
        to,
        done,
        assignedWith,
        sources,
        clusters,
        touched: touched.map(({ cluster, added, removed, sum, sumSquares, removedWeight }) => ({
          cluster,
          added,
          removed,
          sum: decodeFloats(sum),
          sumSquares,
          removedWeight,
        })),
      };
    }
    case "refitted": {
      const { clusters, sampleSize, choice } = event.value;
      return {
        type: "refitted",
        sampleSize,
        choice: choiceOf(choice),
        clusters: clusters.map(({ cluster, centre, absorbs }) => ({
          cluster,
          absorbs,
          centre: { vector: decodeFloats(centre?.vector ?? new Uint8Array()), weight: centre?.weight ?? 0 },
        })),
      };
    }
    case "renamed":
      return { type: "renamed", cluster: event.value.cluster, name: event.value.name };
    case "skipped": {
      const { partition, from, to, reason } = event.value;
      return { type: "skipped", partition, from, to, reason };
    }
    default:
      throw new FatalError(
        "EVENT_UNKNOWN",
        "an event of an unknown kind in the model log: a newer version of Eddy wrote it. Update this worker",
      );
  }
}

export function choiceOf(message: KChoiceMessage | undefined): KChoice {
  const { automatic = false, chosen = 0, score = 0, runnerUp = 0, runnerUpScore = 0, clear = true } = message ?? {};
  return { automatic, chosen, score, runnerUp, runnerUpScore, clear };
}

export function foundedOf(message: FoundedMessage): Founded {
  const { uuid, metric, dimensions, model, modelRevision, halfLifeDocuments, halfLifeMs } = message;
  return {
    type: "founded",
    uuid,
    metric: metric as Metric,
    dimensions,
    model,
    modelRevision,
    halfLifeDocuments,
    halfLifeMs,
  };
}
