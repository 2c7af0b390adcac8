import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import { defineCommand } from "../command.ts";
import { counted, duration } from "../figures.ts";
import { startProgress } from "../publish/progress.ts";
import { replaySettings } from "../replay/settings.ts";

const INTERRUPTED = 130;

export const replay = defineCommand({
  name: "replay",
  group: "Run:",
  summary: "fill a new pipeline with what another one has",
  description: `Copies the documents of a pipeline into a new one beside it, which may have another embedding model, metric, number of
clusters or of partitions. The old one is only read, and goes on. What its log no longer keeps is taken from its collection, with
the vectors: where the new pipeline has the same model they are not computed again. Ids, dates and revisions stay the same.

Stopped or killed, it goes on where it was when it is run again. With --follow it also copies what comes, until it is stopped:
then "eddy switch" lets queries see the new collection.

With the embedded log, stop "eddy up" first, and start it with --pipeline NAME afterwards. With --kafka and --qdrant, the new
pipeline's workers may run meanwhile (EDDY_PIPELINE=NAME), and --follow needs them to.`,
  settings: replaySettings,
  examples: [
    "eddy replay --to eddy2",
    "eddy replay --to eddy2 --from 2026-11-22T10:00:00Z --re-embed",
    "KAFKA_BROKERS=kafka:9092 QDRANT_URL=http://qdrant:6333 eddy replay --to eddy2 --follow",
  ],
  async run({ terminal, options }) {
    const { pipeline, to, follow, json } = options;
    if (to === pipeline) throw new FatalError("CONFIG_INVALID", "--to must name another pipeline than --pipeline");
    if (follow && options.kafka === undefined)
      throw new FatalError("CONFIG_INVALID", "--follow needs a Kafka: the embedded log has one user at a time");
    // Loaded here, so that no other command waits for it.
    const [{ openSources }, { replay: run }, { createGate }, { createLogger }, { groupsOf }, { createQdrantStore }] =
      await Promise.all([
        import("../sources.ts"),
        import("../replay/replay.ts"),
        import("../replay/gate.ts"),
        import("@eddy/runtime/logger"),
        import("@eddy/pipeline/groups"),
        import("@eddy/vectors/qdrant"),
      ]);
    const { clock } = terminal;
    const signal = terminal.interrupted();
    const logger = createLogger({ service: "eddy", level: options.logLevel, fd: 2 });
    const { streams, api, embedded, close } = await openSources(options, { client: "replay", logger });
    const store = createQdrantStore(api, pipeline);
    const from = clock.now();
    let copied = 0;
    let total: number | undefined;
    const progress = startProgress({
      note: terminal.draw,
      columns: () => terminal.progressColumns,
      clock,
      standing: () => ({
        ...{ read: copied, sent: copied, rejected: 0 },
        readRatio: total === undefined || follow ? undefined : Math.min(1, copied / Math.max(1, total)),
      }),
    });
    try {
      const gate = createGate({
        ...{ streams, group: groupsOf(to).ingest, topic: topicsOf(to).documents, lagLimit: options.lagLimit },
        ...{ clock, signal, waiting: progress.waiting },
      });
      const done = await run(
        {
          ...{ streams, store, clock, signal },
          gate: embedded ? async () => {} : gate,
          onRetry: (error) => logger.warn(`trying again: ${error.message}`),
          warn: (message) => logger.warn(message),
          begun(most, resumed) {
            total = most;
            const what = resumed ? "going on with the copy of" : "copying";
            terminal.note(`${what} ${pipeline} into ${to}: at most ${counted(most, "document")}\n`);
          },
          copied: (copies) => void (copied += copies),
        },
        { ...options, holdUnread: embedded },
      );
      const seconds = (clock.now() - from) / 1_000;
      if (json) await terminal.write(`${JSON.stringify({ pipeline, to, ...done, seconds })}\n`);
      else {
        const all = `${counted(done.documents, "document")} of the collection and ${counted(done.records, "record")} of the log`;
        await terminal.write(`copied ${all} into ${to} in ${duration(seconds)}\n`);
      }
      if (done.complete) return 0;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      progress.stop();
      await close();
    }
    terminal.note("interrupted: run it again to go on\n");
    return INTERRUPTED;
  },
});
