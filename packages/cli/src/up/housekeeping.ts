import type { Clock } from "@eddy/runtime/clock";
import type { Component } from "@eddy/runtime/lifecycle";
import type { Logger } from "@eddy/runtime/logger";
import type { Retention } from "@eddy/streams/embedded/retention";

const EVERY_MS = 60_000;

/** Applies the embedded log's retention once a minute. A failure (a full disk) is said and tried again. */
export function createHousekeeping(retention: Retention, clock: Clock, logger: Logger): Component {
  const stopped = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await clock.sleep(EVERY_MS, stopped.signal).catch(() => {});
      if (stopped.signal.aborted) return;
      try {
        const removed = await retention.apply(clock.now());
        if (removed > 0) logger.debug(`retention removed ${removed} records`);
      } catch (error) {
        logger.warn("retention was not applied; trying again in a minute", { error });
      }
    }
  }

  return {
    name: "housekeeping",
    async start({ fail }) {
      running = run().catch(fail);
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
