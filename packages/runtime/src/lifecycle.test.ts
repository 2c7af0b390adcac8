import { EventEmitter } from "node:events";
import { FatalError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { createDeferred } from "./deferred.ts";
import { createFakeClock } from "./fake-clock.ts";
import { type Component, madeAtStart, type RunContext, runComponents } from "./lifecycle.ts";
import { createLogger } from "./logger.ts";

/** Runs components with a fake process; `events` tells what they were asked, `lines` what was logged. */
function run(create: (events: string[]) => Component[], level: "info" | "debug" = "info") {
  const clock = createFakeClock();
  const signals = new EventEmitter();
  const events: string[] = [];
  const lines: string[] = [];
  const exits: number[] = [];
  const logger = createLogger({ service: "test", level, format: "json", write: (line) => lines.push(line) });
  const options = { logger, drainTimeoutMs: 10_000, signals, clock, exit: (code: number) => exits.push(code) };
  const handle = runComponents(create(events), options);
  return { handle, clock, signals, events, lines, exits, log: () => lines.join("") };
}

const recording = (events: string[], name: string, own: Partial<Component> = {}): Component => ({
  name,
  async start() {
    events.push(`start ${name}`);
  },
  async stop() {
    events.push(`stop ${name}`);
  },
  ...own,
});

const three = (events: string[]) => ["a", "b", "c"].map((name) => recording(events, name));

describe("runComponents", () => {
  it.each(["SIGINT", "SIGTERM"])("starts in order and stops in reverse on %s", async (signal) => {
    const { handle, signals, clock, events, exits, log } = run(three);
    await clock.advance(1);
    expect(events).toEqual(["start a", "start b", "start c"]);
    signals.emit(signal, signal);
    expect(await handle.done).toBe(0);
    expect(events.slice(3)).toEqual(["stop c", "stop b", "stop a"]);
    expect(exits).toEqual([0]);
    expect(log()).toContain(`${signal}: stopping`);
    expect(signals.eventNames()).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });

  it.each([
    [new FatalError("CONFIG_INVALID", "no"), 2, "CONFIG_INVALID: no"],
    [new FatalError("PORT_TAKEN", "no"), 5, "PORT_TAKEN: no"],
    [new FatalError("STORE_UNAVAILABLE", "no"), 3, "STORE_UNAVAILABLE: no"],
    [new TypeError("bug"), 1, "INTERNAL: TypeError: bug (LOG_LEVEL=debug shows where)"],
  ])("a start that fails with %s stops what was started (L1) and exits with %i", async (error, code, line) => {
    const { handle, events, exits, log } = run((events) => [
      recording(events, "a"),
      recording(events, "b", { start: () => Promise.reject(error) }),
      recording(events, "c"),
    ]);
    expect(await handle.done).toBe(code);
    expect(events).toEqual(["start a", "stop a"]);
    expect(exits).toEqual([code]);
    expect(log()).toContain(line);
    expect(log()).not.toContain("lifecycle.test.ts");
  });

  it("shows the stack of a fault, and of its cause, in the debug log only", async () => {
    const { handle, log } = run(three, "debug");
    handle.fail(new Error("outer", { cause: new Error("inner") }));
    expect(await handle.done).toBe(1);
    expect(log()).toMatch(/lifecycle\.test\.ts.*caused by: Error: inner/);
  });

  it.each(["uncaughtException", "unhandledRejection"])("stops all on %s", async (event) => {
    const { handle, signals, clock, events } = run(three);
    await clock.advance(1);
    signals.emit(event, new Error("bug"));
    expect(await handle.done).toBe(1);
    expect(events.slice(3)).toEqual(["stop c", "stop b", "stop a"]);
  });

  it("stops all when a component fails later; the first reason counts (L4)", async () => {
    let context: RunContext | undefined;
    const { handle, clock, events } = run((events) => [
      recording(events, "a"),
      recording(events, "b", {
        async start(given) {
          context = given;
        },
      }),
    ]);
    await clock.advance(1);
    context?.fail(new FatalError("LOG_GAP", "gone"));
    context?.fail(new FatalError("CONFIG_INVALID", "later"));
    expect(await handle.done).toBe(6);
    expect(events).toEqual(["start a", "stop b", "stop a"]);
  });

  it("a clean stop that fails is not clean, and the others are stopped all the same (L4)", async () => {
    const { handle, clock, events } = run((events) => [
      recording(events, "a"),
      recording(events, "b", { stop: () => Promise.reject(new Error("bug")) }),
    ]);
    await clock.advance(1);
    handle.stop();
    expect(await handle.done).toBe(1);
    expect(events).toEqual(["start a", "start b", "stop a"]);
  });

  it("gives up a long start when asked to stop, and starts nothing more", async () => {
    const { handle, events, signals, log } = run((events) => [
      recording(events, "a"),
      recording(events, "b", {
        start: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      }),
      recording(events, "c"),
    ]);
    signals.emit("SIGINT", "SIGINT");
    expect(await handle.done).toBe(0);
    expect(events).not.toContain("start c");
    expect(events).not.toContain("stop b");
    expect(log()).not.toContain("INTERNAL");
  });

  it("waits for a start under way before it stops that component (L1)", async () => {
    const ready = createDeferred();
    const { handle, clock, events } = run((events) => [recording(events, "a", { start: () => ready.promise })]);
    await clock.advance(1);
    handle.stop();
    await clock.advance(1);
    expect(events).toEqual([]);
    ready.resolve();
    expect(await handle.done).toBe(0);
    expect(events).toEqual(["stop a"]);
  });

  it("aborts the work at the deadline; what lets go then is followed by the rest (L2)", async () => {
    const { handle, clock, events, exits } = run((events) => [
      recording(events, "a"),
      recording(events, "b", {
        stop: (deadline) => new Promise((resolve) => deadline.addEventListener("abort", () => resolve())),
      }),
    ]);
    await clock.advance(1);
    handle.stop();
    await clock.advance(9_999);
    expect(exits).toEqual([]);
    await clock.advance(1);
    expect(await handle.done).toBe(4);
    expect(events).toEqual(["start a", "start b", "stop a"]);
  });

  it("exits a second after the deadline, naming what hangs (L2)", async () => {
    const { clock, handle, exits, log } = run((events) => [
      recording(events, "a", { stop: () => new Promise(() => undefined) }),
    ]);
    await clock.advance(1);
    handle.stop();
    await clock.advance(10_999);
    expect(exits).toEqual([]);
    await clock.advance(1);
    expect(exits).toEqual([4]);
    expect(log()).toContain("a hangs");
  });

  it("exits at once on a second signal (L3)", async () => {
    const { handle, clock, signals, exits } = run((events) => [
      recording(events, "a", { stop: () => new Promise(() => undefined) }),
    ]);
    await clock.advance(1);
    signals.emit("SIGINT", "SIGINT");
    await clock.advance(499);
    signals.emit("SIGINT", "SIGINT");
    await clock.advance(1);
    expect(exits).toEqual([]);
    signals.emit("SIGINT", "SIGINT");
    expect(await handle.done).toBe(4);
    expect(exits).toEqual([4]);
    expect(clock.sleepers).toBe(0);
  });
});

describe("components made at the start", () => {
  it("start and stop in their place", async () => {
    const { handle, clock, events } = run((events) => [
      recording(events, "before"),
      madeAtStart("made", async () => [
        { name: "client", stop: async () => void events.push("stop client") },
        ...three(events),
      ]),
      recording(events, "after"),
    ]);
    await clock.advance(1);
    handle.stop();
    expect(await handle.done).toBe(0);
    expect(events.join(", ")).toBe(
      "start before, start a, start b, start c, start after, stop after, stop c, stop b, stop a, stop client, stop before",
    );
  });

  it("are stopped where one of them fails to start", async () => {
    const { handle, events } = run((events) => [
      madeAtStart("made", async () => [
        recording(events, "a"),
        recording(events, "b", { start: () => Promise.reject(new FatalError("PORT_TAKEN", "no")) }),
      ]),
    ]);
    expect(await handle.done).toBe(5);
    expect(events).toEqual(["start a", "stop a"]);
  });

  it("are not waited for by a stop", async () => {
    const { handle, clock, events } = run((events) => [
      recording(events, "before"),
      madeAtStart("made", () => new Promise(() => {})),
    ]);
    await clock.advance(1);
    handle.stop();
    expect(await handle.done).toBe(0);
    expect(events).toEqual(["start before", "stop before"]);
  });
});
