import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "./kafkajs-mended.ts";

interface Queue {
  readonly inflight: Map<number, unknown>;
  scheduleRequestTimeoutCheck(): void;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

const RequestQueue = createRequire(import.meta.url)("kafkajs/src/network/requestQueue") as new (
  options: object,
) => Queue;

let connected = true;
const createQueue = () =>
  new RequestQueue({
    ...{ requestTimeout: 30_000, enforceRequestTimeout: true, isConnected: () => connected },
    ...{ clientId: "c", broker: "b", logger: { debug() {} } },
  });

beforeEach(() => {
  vi.useFakeTimers();
  connected = true;
});
afterEach(() => vi.useRealTimers());

it("a request without an answer times out after what it was given, within a second", () => {
  const queue = createQueue();
  const timeoutRequest = vi.fn();
  queue.inflight.set(1, { sentAt: Date.now(), requestTimeout: 30_000, timeoutRequest });
  queue.scheduleRequestTimeoutCheck();
  vi.advanceTimersByTime(30_000);
  expect(timeoutRequest).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(timeoutRequest).toHaveBeenCalledOnce();
  queue.destroy();
});

it("an idle connection looks once a second, and a closed one no more", () => {
  const queue = createQueue();
  const looks = vi.spyOn(queue.inflight, "values");
  queue.scheduleRequestTimeoutCheck();
  queue.scheduleRequestTimeoutCheck();
  queue.scheduleCheckPendingRequests();
  vi.advanceTimersByTime(10_000);
  expect(looks).toHaveBeenCalledTimes(10);
  connected = false;
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});
