import { FatalError } from "@eddy/contracts/errors";
import type { TopicSpec } from "@eddy/contracts/topics";
import type { Logger } from "@eddy/runtime/logger";
import type { Admin } from "./kafka-client.ts";
import { kafkaErrorType } from "./kafka-errors.ts";
import { settingsOf, topicFaults } from "./kafka-topic-settings.ts";

/** Kafka's numbers of kinds of resources. */
const TOPIC_RESOURCE = 2;
const BROKER_RESOURCE = 4;
const BROKERS_DEFAULT = -1;
const CHECKED = [
  "cleanup.policy",
  "retention.ms",
  "retention.bytes",
  "min.insync.replicas",
  "unclean.leader.election.enable",
];

export interface TopicsOptions {
  readonly admin: Admin;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly logger?: Logger;
}

/**
 * Makes what is missing, then checks what was there; throws FatalError TOPIC_SHAPE, with all that can't serve and what to set,
 * and warns of what is only unwise. Of two processes that start at a time, one makes a topic and both find it.
 */
export async function createKafkaTopics(specs: readonly TopicSpec[], options: TopicsOptions): Promise<void> {
  const { admin, replicationFactor, logger } = options;
  const present = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !present.has(name));
  if (missing.length > 0) {
    const copies = replicationFactor === BROKERS_DEFAULT ? await defaultCopies(options) : replicationFactor;
    await admin.createTopics({
      waitForLeaders: true,
      timeout: 30_000,
      topics: missing.map((spec) => ({
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor,
        configEntries: Object.entries(settingsOf(spec, copies)).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  const known = specs.filter(({ name }) => present.has(name));
  if (known.length === 0) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ name }) => name) });
  const settings = await settingsAt(TOPIC_RESOURCE, [...known.map(({ name }) => name)], CHECKED, options);
  const refused: string[] = [];
  for (const spec of known) {
    const partitions = topics.find(({ name }) => name === spec.name)?.partitions;
    if (!partitions) continue;
    const found = {
      partitions: partitions.length,
      copies: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      setting: (name: string) => settings?.get(spec.name)?.get(name),
    };
    for (const { has, set, refused: isRefused } of topicFaults(spec, found)) {
      const sentence = `topic ${spec.name} has ${has}: set ${set}`;
      if (isRefused) refused.push(sentence);
      else logger?.warn(sentence);
    }
  }
  if (refused.length > 0) throw new FatalError("TOPIC_SHAPE", `${refused.join("; ")}; or use a new pipeline name`);
}

/** How many copies the brokers give a topic where nobody says; undefined: they don't tell. */
async function defaultCopies(options: TopicsOptions): Promise<number | undefined> {
  const { brokers } = await options.admin.describeCluster();
  const id = String(brokers[0]?.nodeId);
  const name = "default.replication.factor";
  const value = (await settingsAt(BROKER_RESOURCE, [id], [name], options))?.get(id)?.get(name);
  return value === undefined ? undefined : Number(value);
}

/** By resource and name; undefined where Eddy may not see them. */
async function settingsAt(
  type: number,
  names: readonly string[],
  configNames: string[],
  { admin, logger }: TopicsOptions,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>> | undefined> {
  const resources = names.map((name) => ({ type, name, configNames }));
  try {
    const described = await admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(
      described.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map((entry) => [entry.configName, entry.configValue])),
      ]),
    );
  } catch (error) {
    if (!/^(TOPIC|CLUSTER)_AUTHORIZATION_FAILED$/.test(kafkaErrorType(error) ?? "")) throw error;
    const whose =
      type === TOPIC_RESOURCE ? "its topics: they are not checked" : "brokers: min.insync.replicas is theirs";
    logger?.warn(`Kafka doesn't let Eddy read the settings of ${whose}`);
    return undefined;
  }
}
