import { createDeferred } from "@eddy/runtime/deferred";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import type { Streams } from "@eddy/streams/port";
import { expect, test } from "vitest";
import { createAdmission } from "./admission.ts";

function setUp() {
  const clock = createFakeClock();
  const lags = new Map<number, number>();
  let asked = 0;
  const lag = async () => {
    asked += 1;
    if (lags.has(-1)) throw new Error("no broker");
    return new Map(lags);
  };
  const admission = createAdmission({
    streams: { lag } as unknown as Streams,
    topic: "t",
    group: "g",
    limit: 1_000,
    clock,
  });
  return { clock, lags, admission, asked: () => asked };
}

test("refuses past the limit, and again admits only at four fifths of it", async () => {
  const { clock, lags, admission } = setUp();
  const at = async (waiting: number) => {
    await clock.advance(100);
    lags.set(0, Math.floor(waiting / 2)).set(1, Math.ceil(waiting / 2));
    return (await admission()).ok;
  };
  expect([await at(1_000), await at(1_001), await at(801), await at(800), await at(1_000)]).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});

test("Retry-After is the way down at the present pace, one to sixty seconds", async () => {
  const { clock, lags, admission } = setUp();
  const after = async (waiting: number) => {
    lags.set(0, waiting);
    const verdict = await admission();
    await clock.advance(1_000);
    return verdict.ok ? 0 : verdict.retryAfterSeconds;
  };
  expect(await after(5_000)).toBe(1);
  expect(await after(4_800)).toBe(20);
  expect(await after(4_799)).toBe(60);
  expect(await after(4_900)).toBe(1);
});

test("the lag is asked for ten times a second at most; a failure is told and not remembered", async () => {
  const { clock, lags, admission, asked } = setUp();
  await Promise.all(Array.from({ length: 50 }, () => admission()));
  expect(asked()).toBe(1);
  await clock.advance(100);
  lags.set(-1, 0);
  await expect(admission()).rejects.toThrow("no broker");
  lags.clear();
  expect(await admission()).toEqual({ ok: true });
});

test("nobody waits longer than five seconds for a log that doesn't answer, which is asked once", async () => {
  const clock = createFakeClock();
  const answer = createDeferred<Map<number, number>>();
  let asked = 0;
  const lag = () => {
    asked += 1;
    return answer.promise;
  };
  const streams = { lag } as unknown as Streams;
  const admission = createAdmission({ streams, topic: "t", group: "g", limit: 1_000, clock });
  const away = { name: "RetryableError", code: "STREAM_UNAVAILABLE" };
  const early = expect(admission()).rejects.toMatchObject(away);
  await clock.advance(3_000);
  const later = admission();
  await clock.advance(2_000);
  await early;
  answer.resolve(new Map([[0, 5]]));
  expect(await later).toEqual({ ok: true });
  expect(asked).toBe(1);
});
