import { fleetKafkaSettings } from "@eddy/pipeline/log-settings";
import { layoutSettings } from "@eddy/pipeline/pipeline-settings";
import { renderTable } from "@eddy/report/text-table";
import { processSettings } from "@eddy/runtime/process-settings";
import { defineCommand } from "../command.ts";

export const topicsCreate = defineCommand({
  name: "topics create",
  summary: "make a pipeline's topics, or check them",
  description: `Makes the topics of a pipeline in a Kafka, with the settings that they need, and checks those that are there: it may be
run again at any time. Topics that don't fit are named, with what to set. The services do the same when they start; run it before them where they may not make topics.`,
  settings: {
    ...layoutSettings,
    ...fleetKafkaSettings,
    logLevel: processSettings.logLevel,
  },
  examples: ["KAFKA_BROKERS=kafka:9092 KAFKA_REPLICATION_FACTOR=3 eddy topics create --partitions 12"],
  async run({ terminal, options }) {
    const [{ openKafka, openTopics }, { topicsOf, topicSpecs }, { createLogger }] = await Promise.all([
      import("@eddy/pipeline/open-log"),
      import("@eddy/contracts/topics"),
      import("@eddy/runtime/logger"),
    ]);
    const logger = createLogger({ service: "eddy", level: options.logLevel, fd: 2 });
    const streams = openKafka(options, `${options.pipeline}-topics`, logger);
    try {
      const topics = topicsOf(options.pipeline);
      const layout = await openTopics(streams, topics, options);
      const rows = topicSpecs(topics, { ...layout, retentionBytes: options.retentionBytes }).map(
        ({ name, partitions, retention, compacted }) => [
          name,
          String(partitions),
          compacted ? "compacted" : retention ? `${retention.ms / 86_400_000} days` : "until a snapshot covers it",
        ],
      );
      const columns = [{ title: "topic" }, { title: "partitions", align: "right" }, { title: "kept" }] as const;
      await terminal.write(`${renderTable(columns, rows, { width: terminal.columns, bold: terminal.bold })}\n`);
    } finally {
      await streams.close();
    }
    return undefined;
  },
});
