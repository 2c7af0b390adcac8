import { resolve } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { topicsOf } from "@eddy/contracts/topics";
import { whileFollowing } from "@eddy/model/foundation";
import { linksOf } from "@eddy/model/model-link";
import { openModel } from "@eddy/model/open-model";
import type { Replica } from "@eddy/model/replica";
import { groupsOf } from "@eddy/pipeline/groups";
import { openEmbeddedLog, openKafka } from "@eddy/pipeline/open-log";
import { systemClock } from "@eddy/runtime/clock";
import { lockHome } from "@eddy/runtime/home-lock";
import { createLogger, type Logger } from "@eddy/runtime/logger";
import type { Streams } from "@eddy/streams/port";
import { type Finding, inspectLinks } from "@eddy/streams/repair";
import { takeSteps } from "@eddy/streams/repair-steps";
import type { RepairOptions } from "./commands/repair.ts";

export interface Repaired {
  readonly findings: readonly Finding[];
  /** Those that were mended. */
  readonly mended: readonly Finding[];
}

/** What `eddy repair` does: looks, and where it is told to, mends. */
export async function repairPipeline(options: RepairOptions): Promise<Repaired> {
  const logger = createLogger({ service: "repair", level: options.logLevel, fd: 2 });
  const { streams, close } = openLog(options, logger);
  try {
    const topics = topicsOf(options.pipeline);
    const { replica } = openModel({ streams, topics, clock: systemClock });
    return await whileFollowing(replica, async () => {
      const findings = await inspectLinks(streams, linksOf(topics, groupsOf(options.pipeline), replica.state));
      if (!options.apply) return { findings, mended: [] };
      const mended = findings.filter(({ needsSkip, blocked }) => blocked === undefined && (!needsSkip || options.skip));
      await takeSteps(
        streams,
        mended.flatMap(({ steps }) => steps),
        ({ partition, from, to }) => skip(replica, partition, from, to, options.reason ?? ""),
      );
      for (const { problem, needsSkip } of mended)
        logger.info(needsSkip ? `given up: ${problem}` : `mended: ${problem}`, {
          ...(needsSkip && { reason: options.reason }),
        });
      return { findings, mended };
    });
  } finally {
    await close();
  }
}

/** A Kafka where one is named, else the embedded log, which no other process may use meanwhile. */
function openLog(options: RepairOptions, logger: Logger): { readonly streams: Streams; close(): Promise<void> } {
  const { kafka } = options;
  if (kafka !== undefined) {
    const streams = openKafka({ ...options, kafka }, `${options.pipeline}-repair`, logger);
    return { streams, close: () => streams.close() };
  }
  const home = resolve(options.home);
  const lock = lockHome(home, "EDDY_HOME");
  const { streams } = openEmbeddedLog(home);
  return {
    streams,
    async close() {
      await streams.close();
      lock.release();
    },
  };
}

async function skip(replica: Replica, partition: number, from: number, to: number, reason: string): Promise<void> {
  const { outcome } = await replica.propose({ type: "skipped", partition, from, to, reason });
  if (outcome.taken) return;
  throw new FatalError(
    "CONFIG_INVALID",
    `the model went on in partition ${partition} meanwhile (${outcome.why}): stop the cluster-workers first`,
  );
}
