import { describe, expect, it } from "vitest";
import { createPassage } from "./await-clustered.ts";

/** Documents published, and how many each of the three readers has committed. */
function flow(published: number, checked: number, embedded: number, clustered: number) {
  return {
    documents: { received: published, rejected: 0, embedded, clustered },
    lag: { documents: published - checked, texts: checked - embedded, embeddings: embedded - clustered },
  };
}

describe("createPassage", () => {
  it("ends when all is read", () => {
    const passed = createPassage(flow(100, 0, 0, 0));
    expect(passed(flow(100, 50, 20, 10))).toBe(false);
    expect(passed(flow(100, 100, 80, 80))).toBe(false);
    expect(passed(flow(100, 100, 100, 80))).toBe(false);
    expect(passed(flow(100, 100, 100, 99))).toBe(false);
    expect(passed(flow(100, 100, 100, 100))).toBe(true);
  });

  it("ends under a stream that never pauses, not before the last of ours and soon after it", () => {
    // Ours are the first 1,000. Every step 20 more come, and the readers run 40, 90 and 150 behind each other.
    const passed = createPassage(flow(1_000, 700, 600, 500));
    let published = 1_000;
    let clusteredAtEnd: number | undefined;
    for (let step = 0; step < 100 && clusteredAtEnd === undefined; step++) {
      published += 20;
      const checked = published - 40;
      const embedded = checked - 90;
      const clustered = embedded - 150;
      if (passed(flow(published, checked, embedded, clustered))) clusteredAtEnd = clustered;
    }
    expect(clusteredAtEnd).toBeGreaterThanOrEqual(1_000);
    expect(clusteredAtEnd).toBeLessThan(1_200);
  });

  it("does not hang on a text that became no embedding", () => {
    const passed = createPassage(flow(10, 0, 0, 0));
    const rejected = { ...flow(10, 10, 9, 9), lag: { documents: 0, texts: 0, embeddings: 0 } };
    expect([passed(rejected), passed(rejected), passed(rejected)]).toEqual([false, false, true]);
  });
});
