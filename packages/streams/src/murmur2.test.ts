import { expect, test } from "vitest";
import { murmur2, partitionOf } from "./murmur2.ts";

// From Kafka's UtilsTest.testMurmur2.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("murmur2(%s) as Kafka computes it", (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test("a partition is within range for any key", () => {
  for (let i = 0; i < 1000; i++) {
    const partition = partitionOf(Buffer.from(`ключ-${i}`), 7);
    expect(partition).toBeGreaterThanOrEqual(0);
    expect(partition).toBeLessThan(7);
  }
});
