import { expect, it } from "vitest";
import { createDeferred } from "./deferred.ts";
import { createLatest } from "./latest.ts";

it("wakes every reader, and loses no wake-up that came before the wait", async () => {
  const latest = createLatest("a");
  const readers = [latest.after(0), latest.after(0)];
  latest.set("b");
  expect(await Promise.all(readers)).toEqual(["b", "b"]);
  expect(await latest.after(0)).toBe("b");
  const next = latest.after(latest.version);
  latest.set("b");
  expect(await next).toBe("b");
  expect(latest.version).toBe(2);
});

it("rejects with the signal's reason and forgets the reader", async () => {
  const latest = createLatest(1);
  const controller = new AbortController();
  const reader = latest.after(0, controller.signal);
  controller.abort(new Error("stop"));
  await expect(reader).rejects.toThrow("stop");
  latest.set(2);
  expect(latest.value).toBe(2);
});

it("settles a deferred by hand", async () => {
  const ready = createDeferred<number>();
  ready.resolve(3);
  expect(await ready.promise).toBe(3);
  const failed = createDeferred();
  failed.reject(new Error("no"));
  await expect(failed.promise).rejects.toThrow("no");
});
