import { displayWidth } from "@eddy/report/display-width";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { describe, expect, it } from "vitest";
import { createRateMeter, progressBar, progressLine, ratioDone } from "./progress.ts";

const standing = { read: 12_000, sent: 5_950, rejected: 50, readRatio: 0.5, waiting: undefined };

describe("progress", () => {
  it("is what was sent, not what a shuffle has read ahead", () => {
    expect(ratioDone(standing)).toBeCloseTo(0.25, 9);
    expect(ratioDone({ ...standing, readRatio: undefined })).toBeUndefined();
    expect(ratioDone({ ...standing, read: 6_000, readRatio: 1 })).toBe(1);
  });

  it("says how far, how fast, how long, and why it waits", () => {
    expect(progressLine(standing, 1_240, 10)).toBe(" 25.0%  5,950 documents sent  1,240/s  50 rejected  30 s left");
    const waiting = "waiting: Eddy is catching up";
    expect(progressLine({ ...standing, waiting }, 0, 10)).toBe(` 25.0%  5,950 documents sent  50 rejected  ${waiting}`);
    expect(progressLine({ ...standing, rejected: 0, readRatio: undefined }, 7, 10)).toBe("5,950 documents sent  7.0/s");
  });

  it.each([20, 60, 100, 200])("fits %i columns", (columns) => {
    const bar = progressBar(standing, 1_240, 10, columns);
    expect(displayWidth(bar)).toBeLessThan(columns);
    expect(bar.startsWith("██████░░░░░░░░░░░░░░░░░░ ")).toBe(columns >= 100);
  });

  it("takes the rate over the last seconds", async () => {
    const clock = createFakeClock();
    const meter = createRateMeter(clock);
    for (let second = 1; second <= 10; second++) {
      await clock.advance(1_000);
      meter(second * 100);
    }
    expect(meter(1_000)).toBe(100);
    await clock.advance(5_000);
    expect(meter(1_000)).toBe(0);
  });
});
