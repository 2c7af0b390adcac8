import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../port.ts";
import { KafkaAppender } from "./kafka-appender.ts";

interface Sending {
  readonly topic: string;
  readonly values: readonly string[];
  readonly done: Deferred<void>;
}

/** Sends that are settled by hand. */
function createSends() {
  const sends: Sending[] = [];
  const appender = new KafkaAppender((topic, messages) => {
    const done = createDeferred();
    sends.push({ topic, values: messages.map(({ value }) => String(value).slice(0, 2)), done });
    return done.promise;
  });
  return { sends, appender };
}

const record = (value: string): LogRecord => ({ key: null, value: Buffer.from(value), headers: {} });
const big = (name: string) => record(name + "x".repeat(500_000));
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("an appender", () => {
  it("sends what waits together, one send a partition at a time", async () => {
    const { sends, appender } = createSends();
    const appends = ["a", "b", "c"].map((value) => appender.append("t", 0, [record(value)]));
    const other = appender.append("t", 1, [record("d")]);
    expect(sends.map(({ values }) => values)).toEqual([["a"], ["d"]]);
    sends[0]!.done.resolve();
    await appends[0];
    expect(sends[2]!.values).toEqual(["b", "c"]);
    sends[2]!.done.resolve();
    sends[1]!.done.resolve();
    await Promise.all([...appends, other]);
    expect(sends).toHaveLength(3);
  });

  it("cuts what is too large for one batch, and is done with the last part", async () => {
    const { sends, appender } = createSends();
    let isDone = false;
    const append = appender.append("t", 0, [big("1:"), big("2:"), record("3:")]).then(() => {
      isDone = true;
    });
    expect(sends.map(({ values }) => values)).toEqual([["1:"]]);
    sends[0]!.done.resolve();
    await settle();
    expect(isDone).toBe(false);
    expect(sends[1]!.values).toEqual(["2:", "3:"]);
    sends[1]!.done.resolve();
    await append;
  });

  it("tells all that were in a send that failed, and goes on with the rest", async () => {
    const { sends, appender } = createSends();
    const first = appender.append("t", 0, [record("a")]);
    const second = appender.append("t", 0, [record("b"), big("c:"), big("d:")]);
    const third = appender.append("t", 0, [record("e")]);
    sends[0]!.done.reject(new Error("no"));
    await expect(first).rejects.toThrow("no");
    await settle();
    expect(sends[1]!.values).toEqual(["b", "c:"]);
    sends[1]!.done.reject(new Error("again no"));
    await expect(second).rejects.toThrow("again no");
    await settle();
    // The rest of an append that failed is not sent: its caller sends it all again.
    expect(sends[2]!.values).toEqual(["e"]);
    sends[2]!.done.resolve();
    await third;
    const later = appender.append("t", 0, [record("f")]);
    await settle();
    sends[3]!.done.resolve();
    await later;
  });
});
