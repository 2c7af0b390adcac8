import { FatalError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import type { Logger } from "@eddy/runtime/logger";
import type { Admin } from "./kafka-client.ts";
import { kafkaErrorType } from "./kafka-errors.ts";

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Of one batch: a document of the largest size as JSON, and a batch of records. */
const MAX_MESSAGE_BYTES = 8 * MIB;
/** Kafka 4's resource type of a topic. */
const TOPIC_RESOURCE = 2;

export interface TopicsOptions {
  readonly admin: Admin;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly logger?: Logger;
}

/** Makes what is missing, then checks what is there; throws FatalError TOPIC_SHAPE where it can't serve. */
export async function createKafkaTopics(specs: readonly TopicSpec[], options: TopicsOptions): Promise<void> {
  const { admin, replicationFactor } = options;
  const present = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !present.has(name));
  if (missing.length > 0)
    await admin.createTopics({
      waitForLeaders: true,
      timeout: 30_000,
      topics: missing.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor,
        configEntries: Object.entries(settingsOf(spec, replicationFactor)).map(([name, value]) => ({ name, value })),
      })),
    });
  const known = specs.filter(({ name }) => present.has(name));
  if (known.length === 0) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ name }) => name) });
  for (const spec of known) {
    const count = topics.find(({ name }) => name === spec.name)?.partitions.length;
    if (count !== undefined && count !== spec.partitions)
      throw new FatalError(
        "TOPIC_SHAPE",
        `topic ${spec.name} has ${count} partition(s), not ${spec.partitions}: the count is fixed for the life of a pipeline. Keep it, or use a new pipeline name`,
      );
  }
  await checkSettings(known, options);
}

function settingsOf(spec: TopicSpec, replicationFactor: number): Record<string, string> {
  const common = {
    "max.message.bytes": String(MAX_MESSAGE_BYTES),
    "unclean.leader.election.enable": "false",
    // With three copies or more, what is acknowledged outlives the loss of one.
    ...(replicationFactor > 2 && { "min.insync.replicas": "2" }),
  };
  if (spec.compacted)
    return {
      ...common,
      "cleanup.policy": "compact",
      // Small segments, closed early: only closed ones are compacted, and the whole topic is read at each start.
      "segment.bytes": String(16 * MIB),
      "segment.ms": String(HOUR_MS),
      "min.cleanable.dirty.ratio": "0.1",
      "delete.retention.ms": String(HOUR_MS),
    };
  const { ms, bytes: limit } = spec.retention ?? { ms: -1, bytes: -1 };
  const bytes = spec.unbounded ? -1 : limit;
  return {
    ...common,
    "cleanup.policy": "delete",
    "retention.ms": String(ms),
    "retention.bytes": String(bytes),
    // The newest segment is kept whole, so it must be a small part of what is kept.
    ...(bytes > 0 && { "segment.bytes": String(Math.max(MIB, Math.min(256 * MIB, Math.floor(bytes / 8)))) }),
  };
}

/** What would lose records, or never end: the rest is the choice of whoever made the topic. */
async function checkSettings(specs: readonly TopicSpec[], { admin, logger }: TopicsOptions): Promise<void> {
  const names = ["cleanup.policy", "retention.ms", "retention.bytes"];
  const resources = specs.map(({ name }) => ({ type: TOPIC_RESOURCE, name, configNames: names }));
  const described = await admin.describeConfigs({ resources, includeSynonyms: false }).catch((error: unknown) => {
    if (kafkaErrorType(error) !== "TOPIC_AUTHORIZATION_FAILED") throw error;
    logger?.warn("Kafka doesn't let Eddy read the settings of its topics: they are not checked");
    return undefined;
  });
  for (const { resourceName, configEntries } of described?.resources ?? []) {
    const spec = specs.find(({ name }) => name === resourceName);
    const value = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue ?? "";
    const compacted = value("cleanup.policy").includes("compact");
    const refuse = (is: string, should: string) => {
      throw new FatalError("TOPIC_SHAPE", `topic ${resourceName} has ${is}: set ${should}, or use a new pipeline name`);
    };
    if (!spec) continue;
    if (spec.compacted !== true && compacted)
      refuse("cleanup.policy=compact, which would take records out of the middle", "cleanup.policy=delete");
    if (spec.compacted && !compacted) refuse("no compaction, and would grow for ever", "cleanup.policy=compact");
    if (!spec.compacted && !spec.retention && (value("retention.ms") !== "-1" || value("retention.bytes") !== "-1"))
      refuse("a retention, which would forget the model", "retention.ms=-1 and retention.bytes=-1");
  }
}
