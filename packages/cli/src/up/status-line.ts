import { isSeeded, livingClusters } from "@eddy/clustering/state";
import { RetryableError } from "@eddy/contracts/errors";
import type { Topics } from "@eddy/contracts/topics";
import type { Replica } from "@eddy/model/replica";
import type { Groups } from "@eddy/pipeline/groups";
import type { Clock } from "@eddy/runtime/clock";
import type { Component } from "@eddy/runtime/lifecycle";
import type { Streams } from "@eddy/streams/port";

export interface StatusLineOptions {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly groups: Groups;
  readonly replica: Replica;
  readonly seedSize: number;
  readonly clock: Clock;
  readonly screen: Screen;
}

/** Where the line is shown: rewritten in place on a terminal, else written anew from time to time. */
export interface Screen {
  readonly live: boolean;
  status(line: string): void;
}

const LIVE_MS = 500;
const PLAIN_MS = 10_000;
/** Over which docs/s is measured. */
const RATE_WINDOW_MS = 5_000;

/** `in 1,234 · embedded 1,230 · clustered 1,228 · 85 docs/s · lag 6 · 11 clusters`. */
export function createStatusLine(options: StatusLineOptions): Component {
  const { clock, screen } = options;
  const stopped = new AbortController();
  const history: { at: number; clustered: number }[] = [];

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      screen.status(await line().catch(unanswered));
      await clock.sleep(screen.live ? LIVE_MS : PLAIN_MS, stopped.signal).catch(() => {});
    }
  }

  async function line(): Promise<string> {
    const { streams, topics, groups, replica } = options;
    const documents = await ends(topics.documents);
    const embedded = await ends(topics.embeddings);
    const clustered = await ends(topics.assignments);
    const lags = await Promise.all([
      streams.lag(groups.ingest, topics.documents),
      streams.lag(groups.embed, topics.texts),
      streams.lag(groups.cluster, topics.embeddings),
    ]);
    const lag = lags.flatMap((byPartition) => [...byPartition.values()]).reduce((sum, records) => sum + records, 0);
    const now = clock.now();
    history.push({ at: now, clustered });
    while (history.length > 2 && now - history[0]!.at > RATE_WINDOW_MS) history.shift();
    const elapsed = (now - history[0]!.at) / 1_000;
    const rate = elapsed > 0 ? (clustered - history[0]!.clustered) / elapsed : 0;
    const { state } = replica;
    const sampled = state.sampled.reduce((sum, { count }) => sum + count, 0);
    const model = isSeeded(state)
      ? `${livingClusters(state).length} clusters`
      : `seeding ${sampled}/${options.seedSize}`;
    return [
      `in ${count(documents)}`,
      `embedded ${count(embedded)}`,
      `clustered ${count(clustered)}`,
      `${rate.toFixed(rate < 10 ? 1 : 0)} docs/s`,
      `lag ${count(lag)}`,
      model,
    ].join(" · ");
  }

  async function ends(topic: string): Promise<number> {
    let sum = 0;
    for (let partition = 0; partition < (await options.streams.partitions(topic)); partition++)
      sum += (await options.streams.bounds(topic, partition)).end;
    return sum;
  }

  return {
    name: "status-line",
    async start({ fail }) {
      void run().catch((error) => {
        if (!stopped.signal.aborted) fail(error);
      });
    },
    // A question under way may wait for a log that is away: nobody waits for it.
    stop: async () => stopped.abort(),
  };
}

function unanswered(error: unknown): string {
  if (error instanceof RetryableError) return `${error.message}; waiting for it`;
  throw error;
}

const count = (value: number) => value.toLocaleString("en-US");
