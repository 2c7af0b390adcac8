import type { Topics } from "@eddy/contracts/topics";
import type { Clock } from "@eddy/runtime/clock";
import type { Health } from "@eddy/runtime/health";
import type { Logger } from "@eddy/runtime/logger";
import type { Metrics } from "@eddy/runtime/metrics";
import type { Tracer } from "@eddy/runtime/tracer";
import type { Streams } from "@eddy/streams/port";
import { createWorkerObserver } from "@eddy/streams/worker-metrics";
import type { WorkerObserver } from "@eddy/streams/worker-observer";
import type { Groups } from "./groups.ts";
import type { Layout } from "./open-log.ts";

/** What each worker of a pipeline stands on, alone in a process or with all others in one. */
export interface Platform {
  readonly pipeline: string;
  readonly topics: Topics;
  readonly groups: Groups;
  readonly layout: Layout;
  readonly streams: Streams;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly tracer: Tracer;
}

/** A worker whose loop has not turned for so long is not alive. */
const SILENCE_MS = 60_000;

/** Meters and logs the loop of a worker. */
export function observerOf({ metrics, logger, health }: Platform, service: string): WorkerObserver {
  return createWorkerObserver(service, metrics, logger.child({ service }), health.loop(service, SILENCE_MS));
}
