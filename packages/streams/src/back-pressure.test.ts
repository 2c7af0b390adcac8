import { RetryableError } from "@eddy/contracts/errors";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { describe, expect, it } from "vitest";
import { createBackPressure } from "./back-pressure.ts";
import type { Streams } from "./port.ts";

function createSetup(limit = 100) {
  const clock = createFakeClock();
  const lags = new Map([
    [0, 0],
    [1, 0],
  ]);
  const told: boolean[] = [];
  let asked = 0;
  const fail: { error?: Error } = {};
  const streams = {
    async lag(group: string, topic: string) {
      expect([group, topic]).toEqual(["reader", "out"]);
      asked += 1;
      if (fail.error) throw fail.error;
      return lags;
    },
  } as unknown as Streams;
  const pressure = createBackPressure({
    streams,
    group: "reader",
    topic: "out",
    limit,
    clock,
    paused: (value) => told.push(value),
  });
  return { clock, lags, told, pressure, fail, asked: () => asked };
}

const signal = new AbortController().signal;

describe("back-pressure", () => {
  it("lets pass up to the limit, and asks at most every 50 ms", async () => {
    const { pressure, lags, clock, asked, told } = createSetup();
    lags.set(1, 100);
    await pressure.wait(signal);
    await pressure.wait(signal);
    expect(asked()).toBe(1);
    await clock.advance(50);
    await pressure.wait(signal);
    expect(asked()).toBe(2);
    expect(told).toEqual([]);
  });

  it("pauses over the limit of any partition, and goes on at four fifths of it", async () => {
    const { pressure, lags, clock, told } = createSetup();
    lags.set(1, 101);
    let passed = false;
    const waited = pressure.wait(signal).then(() => {
      passed = true;
    });
    await clock.advance(500);
    expect([passed, pressure.isPaused]).toEqual([false, true]);
    lags.set(1, 81);
    await clock.advance(500);
    expect(passed, "a reader just under the limit would make it stutter").toBe(false);
    lags.set(1, 80);
    await clock.advance(50);
    await waited;
    expect([pressure.isPaused, told]).toEqual([false, [true, false]]);
  });

  it("ends the wait when told to", async () => {
    const { pressure, lags, clock } = createSetup();
    lags.set(0, 1000);
    const abort = new AbortController();
    const waited = pressure.wait(abort.signal);
    await clock.advance(100);
    abort.abort(new Error("revoked"));
    await waited;
    expect(clock.sleepers).toBe(0);
  });

  it("tells where the lag can't be had: the caller tries again", async () => {
    const { pressure, fail } = createSetup();
    fail.error = new RetryableError("STREAM_UNAVAILABLE", "gone");
    await expect(pressure.wait(signal)).rejects.toBe(fail.error);
    delete fail.error;
    await pressure.wait(signal);
  });
});
