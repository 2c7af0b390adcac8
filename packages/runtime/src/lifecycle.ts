/**
 * The life of a process: components start in order and stop in reverse.
 *  L1. A component is stopped once, and only if its start succeeded; a start under way is first waited for. One that fails
 *      to start tidies up after itself.
 *  L2. At the drain deadline the signal that `stop` was given aborts; GRACE_MS later the process exits, whatever hangs.
 *  L3. A second signal, more than ECHO_MS after the first, exits at once.
 *  L4. The first reason to stop gives the exit code, but a clean stop that then fails is not clean.
 *  L5. `exit` is called exactly once, with a code of exit-code.ts, after the last log line.
 */
import { type Clock, systemClock } from "./clock.ts";
import { createDeferred } from "./deferred.ts";
import { type ExitReason, exitCodes, exitReasonOf } from "./exit-code.ts";
import { describeFault, traceFault } from "./fault.ts";
import type { Logger } from "./logger.ts";

/** Time to let go of things once the drain deadline has passed, in milliseconds. */
const GRACE_MS = 1_000;

/** The same signal again within this time, in milliseconds, is the same wish. */
const ECHO_MS = 500;

export interface RunContext {
  /** Stops the process with this error as its reason; for failures after the start. */
  readonly fail: (error: unknown) => void;
  /** Aborts when the process is to stop: a long start gives up. */
  readonly signal: AbortSignal;
}

export interface Component {
  readonly name: string;
  /** Resolves when the component does its work; a rejection stops the process. */
  start?(context: RunContext): Promise<void>;
  /** Finishes what is in hand and closes; once `deadline` aborts it drops the work and only closes. */
  stop?(deadline: AbortSignal): Promise<void>;
}

/**
 * Components that are made when they are to start, one after the other, because what they stand on takes a while to be there.
 * A stop does not wait for the making: nothing is in hand then.
 */
export function madeAtStart(
  name: string,
  make: (context: RunContext) => Promise<readonly Component[]>,
): Component & Required<Pick<Component, "start" | "stop">> {
  const started: Component[] = [];
  const stopAll = async (deadline: AbortSignal) => {
    for (const component of started.splice(0).reverse()) await component.stop?.(deadline);
  };
  return {
    name,
    async start(context) {
      try {
        const making = make(context);
        making.catch(() => {});
        const stopping = aborted(context.signal).then(() => Promise.reject(context.signal.reason));
        stopping.catch(() => {});
        for (const component of await Promise.race([making, stopping])) {
          // What only stops (an open client) must be stopped even if nothing is started any more.
          if (component.start) context.signal.throwIfAborted();
          await component.start?.(context);
          started.push(component);
        }
      } catch (error) {
        await stopAll(AbortSignal.abort());
        throw error;
      }
    },
    stop: stopAll,
  };
}

/** The part of `process` that is used. */
export interface ProcessEvents {
  on(event: string, listener: (argument: unknown) => void): unknown;
  off(event: string, listener: (argument: unknown) => void): unknown;
}

export interface RunOptions {
  readonly logger: Logger;
  readonly drainTimeoutMs: number;
  /** Whose SIGINT, SIGTERM, uncaughtException and unhandledRejection are heeded: `process` by default. */
  readonly signals?: ProcessEvents;
  /** `process.exit` by default. */
  readonly exit?: (code: number) => void;
  readonly clock?: Clock;
}

export interface Run {
  /** Stops cleanly, as a signal does. */
  stop(): void;
  readonly fail: (error: unknown) => void;
  /** The exit code, when all is over. */
  readonly done: Promise<number>;
}

export function runComponents(components: readonly Component[], options: RunOptions): Run {
  const {
    logger,
    drainTimeoutMs,
    signals = process,
    exit = (code) => process.exit(code),
    clock = systemClock,
  } = options;
  const stopping = new AbortController();
  const deadline = new AbortController();
  const forced = createDeferred();
  const done = createDeferred<number>();
  let reason: ExitReason | undefined;

  function stopFor(next: ExitReason): void {
    reason ??= next;
    stopping.abort(new Error("stopping"));
  }

  function fail(error: unknown): void {
    if (stopping.signal.aborted) logger.warn(`while stopping: ${describeFault(error)}`);
    else logger.error(describeFault(error));
    logger.debug(traceFault(error));
    if (reason === undefined || reason === "clean") reason = exitReasonOf(error);
    stopFor(reason);
  }

  let signalledAt = Number.NEGATIVE_INFINITY;
  function onSignal(name: unknown): void {
    const now = clock.now();
    // A terminal sends Ctrl-C to the whole group, and npm hands it on once more.
    if (now - signalledAt < ECHO_MS) return;
    signalledAt = now;
    if (stopping.signal.aborted) {
      logger.warn(`second ${String(name)}: exiting at once`);
      reason = "drain";
      forced.resolve();
      return;
    }
    logger.info(`${String(name)}: stopping (again = at once)`);
    stopFor("clean");
  }

  const listeners = { SIGINT: onSignal, SIGTERM: onSignal, uncaughtException: fail, unhandledRejection: fail };

  const context: RunContext = { fail, signal: stopping.signal };
  const stopped = aborted(stopping.signal);
  const starts: { component: Component; started: Promise<boolean> }[] = [];

  async function start(): Promise<void> {
    for (const component of components) {
      if (stopping.signal.aborted) return;
      const started = (async () => component.start?.(context))().then(
        () => true,
        (error: unknown) => {
          // A start that gives up because it was told to is no fault.
          if (!stopping.signal.aborted) fail(error);
          return false;
        },
      );
      starts.push({ component, started });
      await Promise.race([started, stopped]);
    }
    await stopped;
  }

  let current: string | undefined;
  async function stop(): Promise<void> {
    for (const { component, started } of starts.reverse()) {
      current = component.name;
      if (await started) await (async () => component.stop?.(deadline.signal))().catch(fail);
    }
  }

  async function expire(drained: AbortSignal): Promise<void> {
    await clock.sleep(drainTimeoutMs, drained);
    logger.warn(`${current} did not stop within ${drainTimeoutMs / 1000} s`);
    reason = "drain";
    deadline.abort(new Error("drain deadline"));
    await clock.sleep(GRACE_MS, drained);
    logger.error(`${current} hangs: exiting`);
  }

  async function live(): Promise<void> {
    for (const [event, listener] of Object.entries(listeners)) signals.on(event, listener);
    await start();
    const drained = new AbortController();
    const expired = expire(drained.signal).catch(() => undefined);
    await Promise.race([stop(), forced.promise, expired]);
    drained.abort();
    await expired;
    for (const [event, listener] of Object.entries(listeners)) signals.off(event, listener);
    const { code } = exitCodes[reason ?? "clean"];
    done.resolve(code);
    exit(code);
  }

  void live();
  return { stop: () => stopFor("clean"), fail, done: done.promise };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
