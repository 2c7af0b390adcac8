import type { Component } from "@eddy/runtime/lifecycle";
import { createLagWatch } from "@eddy/streams/lag-watch";
import type { Consumer } from "@eddy/streams/port";
import type { Platform } from "./platform.ts";

export interface RunningWorker {
  readonly name: string;
  readonly consumer: Consumer;
  /** `stopping` ends a start that waits. */
  start(fail: (error: unknown) => void, stopping?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** A worker that reads `topic` as a member of `group`, with its lag metered. */
export function workerComponent(
  { streams, clock, metrics }: Platform,
  worker: RunningWorker,
  { group, topic }: { readonly group: string; readonly topic: string },
): Component & Required<Pick<Component, "start" | "stop">> {
  const assigned = () => worker.consumer.assigned();
  const watch = createLagWatch({ streams, group, topic, assigned, clock, metrics });
  return {
    name: worker.name,
    async start({ fail, signal }) {
      await worker.start(fail, signal);
      watch.start();
    },
    async stop() {
      watch.stop();
      await worker.stop();
    },
  };
}
