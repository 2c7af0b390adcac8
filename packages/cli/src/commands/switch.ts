import type { Status } from "@eddy/contracts/api/status";
import { FatalError } from "@eddy/contracts/errors";
import { kafkaSettings } from "@eddy/pipeline/log-settings";
import { storeSettings } from "@eddy/pipeline/store-settings";
import { type ConfigDefinition, type ConfigOf, setting } from "@eddy/runtime/config";
import { isExpected } from "@eddy/runtime/fault";
import { processSettings } from "@eddy/runtime/process-settings";
import { bool, integer } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count } from "../figures.ts";

const settings = {
  alias: setting(z.string().min(1), {
    env: "EDDY_ALIAS",
    flag: "--alias <name>",
    default: "live",
    description: "The alias, which queries name instead of a collection.",
  }),
  maxLag: setting(integer(0), {
    env: "EDDY_SWITCH_MAX_LAG",
    flag: "--max-lag <n>",
    default: "1000",
    unit: "records",
    description: "Records that may wait in the new pipeline: with more it has not caught up.",
  }),
  force: setting(bool(), {
    env: "EDDY_SWITCH_FORCE",
    flag: "--force",
    default: "false",
    description: "Switch whatever waits.",
  }),
  qdrant: setting(z.url(), {
    ...storeSettings.qdrant,
    default: "http://127.0.0.1:6333",
    description: "The Qdrant; by default the one of `eddy up`.",
  }),
  qdrantApiKey: storeSettings.qdrantApiKey,
  ...kafkaSettings,
  ...querySettings,
  logLevel: processSettings.logLevel,
} as const;

type SwitchOptions = ConfigOf<ConfigDefinition<typeof settings>>;

export const switchAlias = defineCommand({
  name: "switch",
  group: "Run:",
  summary: "let an alias stand for a pipeline's collection",
  description: `Points an alias of Qdrant at the collection of a pipeline, from one request to the next: who queries by the alias sees the
old or the new collection, never neither. Run it again with the other name to go back.

Refused while the pipeline has not caught up, by its groups in the Kafka that is named, else by its HTTP API (--url); --force
switches all the same.`,
  parameters: [{ syntax: "<pipeline>", description: "the pipeline whose collection the alias is to stand for" }],
  settings,
  examples: [
    "eddy switch eddy2",
    "KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 eddy switch eddy2 --alias news",
    "eddy switch eddy --force   # back",
  ],
  async run({ terminal, args, options }) {
    const { alias, qdrant: url, qdrantApiKey: apiKey, json } = options;
    const pipeline = args[0]!;
    const [{ createRestApi }, { currentOf, pointAlias }] = await Promise.all([
      import("@eddy/vectors/rest-client"),
      import("@eddy/vectors/aliases"),
    ]);
    const api = createRestApi({ url, ...(apiKey !== undefined && { apiKey }) });
    try {
      if (!(await api.getCollection(pipeline)))
        throw new FatalError(
          "CONFIG_INVALID",
          `${url} has no collection ${pipeline}: the alias ${alias} stays as it is`,
        );
      if (!options.force) await checkCaughtUp(pipeline, await currentOf(api, alias), options);
      const before = await pointAlias(api, alias, pipeline);
      if (json) await terminal.write(`${JSON.stringify({ alias, before: before ?? null, after: pipeline })}\n`);
      else await terminal.write(`${alias}: ${before ?? "nothing"} → ${pipeline}\n`);
    } finally {
      await api.close();
    }
    return undefined;
  },
});

async function checkCaughtUp(pipeline: string, present: string | undefined, options: SwitchOptions): Promise<void> {
  const lags =
    options.kafka === undefined ? await lagsByApi(pipeline, options) : await lagsByKafka(pipeline, present, options);
  const waiting = Object.entries(lags).filter(([, lag]) => lag > 0);
  if (waiting.reduce((sum, [, lag]) => sum + lag, 0) <= options.maxLag) return;
  const list = waiting.map(([what, lag]) => `${count(lag)} of ${what}`).join(", ");
  throw new FatalError(
    "CONFIG_INVALID",
    `${pipeline} has not caught up: ${list} wait. Switch later, or with --force all the same`,
  );
}

type Lags = Readonly<Record<string, number>>;

async function lagsByApi(pipeline: string, { url, apiKey }: SwitchOptions): Promise<Lags> {
  const unknown = (why: string, cause?: unknown) =>
    new FatalError(
      "CONFIG_INVALID",
      `whether ${pipeline} has caught up is not known: ${why}. Name its HTTP API (--url) or its Kafka (--kafka), or give --force`,
      { cause },
    );
  const status = await createApi({ url, apiKey })
    .json<Status>("/v1/status")
    .catch((error: unknown) => {
      throw isExpected(error) ? unknown(error.message, error) : error;
    });
  if (status.pipeline !== pipeline) throw unknown(`${url} serves ${status.pipeline}`);
  return { ...status.lag };
}

/** Of the workers' groups; and of a replay from the pipeline that the alias stands for. */
async function lagsByKafka(pipeline: string, present: string | undefined, options: SwitchOptions): Promise<Lags> {
  const [{ openKafka }, { groupsOf }, { topicsOf }, { createLogger }, { replayGroup }] = await Promise.all([
    import("@eddy/pipeline/open-log"),
    import("@eddy/pipeline/groups"),
    import("@eddy/contracts/topics"),
    import("@eddy/runtime/logger"),
    import("../replay/checkpoints.ts"),
  ]);
  const logger = createLogger({ service: "eddy", level: options.logLevel, fd: 2 });
  const streams = openKafka({ ...options, kafka: options.kafka! }, `${pipeline}-switch`, logger);
  try {
    const topics = topicsOf(pipeline);
    const groups = groupsOf(pipeline);
    const lag = async (group: string, topic: string) =>
      [...(await streams.lag(group, topic)).values()].reduce((sum, records) => sum + records, 0);
    const lags = {
      documents: await lag(groups.ingest, topics.documents),
      texts: await lag(groups.embed, topics.texts),
      embeddings: await lag(groups.cluster, topics.embeddings),
    };
    const source = present === undefined || present === pipeline ? undefined : topicsOf(present).documents;
    const isReplayed = source !== undefined && (await streams.committed(replayGroup(pipeline), source)).size > 0;
    return isReplayed ? { ...lags, [`${present}'s documents`]: await lag(replayGroup(pipeline), source) } : lags;
  } finally {
    await streams.close();
  }
}
