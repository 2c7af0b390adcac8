import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "./fake-clock.ts";
import { type Retry, type RetryOptions, retry } from "./retry.ts";

const away = () => new RetryableError("STORE_UNAVAILABLE", "away");

/** Runs a work that fails `failures` times; moves the clock far enough for all waits. */
async function run(failures: number, options: Partial<RetryOptions>, fault: () => Error = away) {
  const clock = createFakeClock();
  const triedAt: number[] = [];
  const retries: Retry[] = [];
  const outcome = retry(
    async () => {
      triedAt.push(clock.now());
      if (triedAt.length <= failures) throw fault();
      return "done";
    },
    { baseMs: 100, maxMs: 400, jitter: "none", clock, onRetry: (event) => retries.push(event), ...options },
  ).catch((error: unknown) => error);
  await clock.advance(60_000);
  return { outcome: await outcome, triedAt, delays: retries.map((event) => event.delayMs), clock };
}

describe("retry", () => {
  it.each<{ name: string; failures: number; options: Partial<RetryOptions>; triedAt: number[]; succeeds: boolean }>([
    { name: "no failure", failures: 0, options: {}, triedAt: [0], succeeds: true },
    {
      name: "delays double up to the maximum",
      failures: 4,
      options: {},
      triedAt: [0, 100, 300, 700, 1100],
      succeeds: true,
    },
    {
      name: "the last attempt succeeds",
      failures: 2,
      options: { attempts: 3 },
      triedAt: [0, 100, 300],
      succeeds: true,
    },
    { name: "attempts used up", failures: 3, options: { attempts: 3 }, triedAt: [0, 100, 300], succeeds: false },
    {
      name: "no try after the deadline",
      failures: 9,
      options: { deadlineMs: 699 },
      triedAt: [0, 100, 300],
      succeeds: false,
    },
    {
      name: "a try at the deadline",
      failures: 3,
      options: { deadlineMs: 700 },
      triedAt: [0, 100, 300, 700],
      succeeds: true,
    },
    {
      name: "jitter",
      failures: 2,
      options: { jitter: "full", random: () => 0.5 },
      triedAt: [0, 50, 150],
      succeeds: true,
    },
  ])("$name", async ({ failures, options, triedAt, succeeds }) => {
    const result = await run(failures, options);
    expect(result.triedAt).toEqual(triedAt);
    expect(result.delays).toHaveLength(triedAt.length - 1);
    if (succeeds) expect(result.outcome).toBe("done");
    else expect(result.outcome).toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  it.each([
    ["a fatal error", () => new FatalError("STORE_FOREIGN", "not ours")],
    ["an unknown error", () => new TypeError("bug")],
  ])("throws %s at once", async (_, fault) => {
    const { outcome, triedAt } = await run(1, {}, fault);
    expect(outcome).toEqual(fault());
    expect(triedAt).toEqual([0]);
  });

  it("stops waiting when the signal aborts", async () => {
    const controller = new AbortController();
    const reason = new Error("shutting down");
    const { outcome, triedAt, clock } = await run(9, {
      signal: controller.signal,
      onRetry: ({ failures }) => failures === 2 && controller.abort(reason),
    });
    expect(outcome).toBe(reason);
    expect(triedAt).toEqual([0, 100]);
    expect(clock.sleepers).toBe(0);
  });
});
