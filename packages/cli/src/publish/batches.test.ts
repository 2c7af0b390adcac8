import { createDeferred } from "@eddy/runtime/deferred";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { describe, expect, it } from "vitest";
import { batches } from "./batches.ts";

const options = (over = {}) => ({
  items: 3,
  bytes: 100,
  bytesOf: (item: string) => item.length,
  lingerMs: 20,
  clock: createFakeClock(),
  signal: new AbortController().signal,
  ...over,
});

async function* from(...items: readonly string[]) {
  yield* items;
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

describe("batches", () => {
  it("are full while the source is fast, and then what is left", async () => {
    expect(await all(batches(from("1", "2", "3", "4", "5", "6", "7"), options()))).toEqual([
      ["1", "2", "3"],
      ["4", "5", "6"],
      ["7"],
    ]);
    expect(await all(batches(from(), options()))).toEqual([]);
  });

  it("are bounded in bytes; what is larger goes alone", async () => {
    const [half, large] = ["x".repeat(50), "y".repeat(500)];
    expect(await all(batches(from(half, half, half, large, half), options()))).toEqual([
      [half, half],
      [half],
      [large],
      [half],
    ]);
  });

  it("don't wait for a slow source longer than the linger", async () => {
    const clock = createFakeClock();
    const slow = createDeferred();
    async function* source() {
      yield "a";
      yield "b";
      await slow.promise;
      yield "c";
    }
    const iterator = batches(source(), options({ clock }));
    const first = iterator.next();
    await clock.advance(19);
    expect(await Promise.race([first, Promise.resolve("waits")])).toBe("waits");
    await clock.advance(1);
    expect((await first).value).toEqual(["a", "b"]);
    slow.resolve();
    expect((await iterator.next()).value).toEqual(["c"]);
    expect((await iterator.next()).done).toBe(true);
  });

  it("give what was read before an error, then the error", async () => {
    async function* source() {
      yield "a";
      throw new Error("broken");
    }
    const iterator = batches(source(), options());
    expect((await iterator.next()).value).toEqual(["a"]);
    await expect(iterator.next()).rejects.toThrow("broken");
  });

  it("end when interrupted, though the source hangs", async () => {
    const interrupted = new AbortController();
    async function* source() {
      yield "a";
      await new Promise(() => undefined);
    }
    const found = all(batches(source(), options({ signal: interrupted.signal })));
    await new Promise((resolve) => setImmediate(resolve));
    interrupted.abort();
    expect(await found).toEqual([["a"]]);
  });
});
