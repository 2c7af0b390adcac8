import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { createFakeClock } from "./fake-clock.ts";

describe.each([
  ["system clock", () => systemClock],
  ["fake clock", () => createFakeClock()],
])("%s", (_, create) => {
  it("rejects a sleep with the signal's reason, before and while asleep", async () => {
    const clock = create();
    const reason = new Error("stop");
    await expect(clock.sleep(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleep = clock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
  });
});

describe("fake clock", () => {
  it("wakes sleepers in order of their time, and those that sleep again on the way", async () => {
    const clock = createFakeClock(1_000);
    const woken: string[] = [];
    const sleepTwice = async () => {
      await clock.sleep(20);
      woken.push(`b@${clock.now()}`);
      await clock.sleep(20);
      woken.push(`b@${clock.now()}`);
    };
    void sleepTwice();
    void clock.sleep(30).then(() => woken.push(`c@${clock.now()}`));
    void clock.sleep(10).then(() => woken.push(`a@${clock.now()}`));
    void clock.sleep(100).then(() => woken.push("too late"));
    await clock.advance(50);
    expect(woken).toEqual(["a@1010", "b@1020", "c@1030", "b@1040"]);
    expect(clock.now()).toBe(1_050);
    expect(clock.sleepers).toBe(1);
  });
});
