import { RetryableError } from "@eddy/contracts/errors";
import { createDeferred } from "@eddy/runtime/deferred";
import { expect, it } from "vitest";
import type { KafkaClient } from "./kafka-client.ts";
import { KafkaLink } from "./kafka-link.ts";

function createLink() {
  const disconnected: number[] = [];
  let [made, asked] = [0, 0];
  const client = {
    cluster() {
      const n = ++made;
      const done = async () => {};
      return {
        ...{ connect: done, addTargetTopic: done, refreshMetadataIfNecessary: done },
        async findGroupCoordinator() {
          asked += 1;
          return { nodeId: 7, cluster: n };
        },
        findBroker: async ({ nodeId }: { nodeId: string }) => ({ nodeId: Number(nodeId), cluster: n }),
        disconnect: async () => void disconnected.push(n),
      };
    },
  } as unknown as KafkaClient;
  return { link: new KafkaLink(client, "t"), disconnected, asked: () => asked };
}
/** What `work` meets, of two calls over the same connections of which the other's failure came first. */
async function metAfterDrop(error: Error): Promise<unknown> {
  const { link, disconnected } = createLink();
  const [first, second] = [createDeferred<never>(), createDeferred<never>()];
  const calls = [link.coordinator("g", () => first.promise), link.coordinator("g", () => second.promise)];
  for (const call of calls) call.catch(() => {});
  await new Promise(setImmediate);
  first.reject(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
  await expect(calls[0]).rejects.toThrow("reset");
  expect(disconnected).toEqual([1]);
  second.reject(error);
  return calls[1]!.catch((met: unknown) => met);
}

it("what a call meets on connections that another call's failure dropped may be tried again", async () => {
  const met = await metAfterDrop(new TypeError("Cannot read properties of null (reading 'brokers')"));
  expect(met).toBeInstanceOf(RetryableError);
  expect(met).toMatchObject({ code: "STREAM_UNAVAILABLE", cause: { name: "TypeError" } });
});

it("but a broker's answer stays one", async () => {
  const answer = Object.assign(new Error("fenced"), { type: "ILLEGAL_GENERATION", retriable: false });
  expect(await metAfterDrop(answer)).toBe(answer);
});

it("a fault on connections that stand is told as it is, and the next call goes over the same", async () => {
  const { link, disconnected } = createLink();
  await expect(link.coordinator("g", () => Promise.reject(new TypeError("ours")))).rejects.toThrow("ours");
  expect(await link.coordinator("g", async (coordinator) => coordinator)).toEqual({ nodeId: 7, cluster: 1 });
  expect(disconnected).toEqual([]);
});

it("asks once who coordinates a group, and anew once that broker says that it no longer does", async () => {
  const { link, asked } = createLink();
  const use = () => link.coordinator("g", async (coordinator) => coordinator);
  expect([await use(), await use()]).toEqual([
    { nodeId: 7, cluster: 1 },
    { nodeId: 7, cluster: 1 },
  ]);
  expect(asked()).toBe(1);
  const moved = Object.assign(new Error("not I"), { type: "NOT_COORDINATOR_FOR_GROUP", retriable: true });
  await expect(link.coordinator("g", () => Promise.reject(moved))).rejects.toBe(moved);
  expect(await use()).toEqual({ nodeId: 7, cluster: 2 });
  expect(asked()).toBe(2);
});
