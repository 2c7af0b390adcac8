import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import { expect, it } from "vitest";
import { createEmbedQueue, type QueuedText } from "./embed-queue.ts";
import type { EmbeddedText } from "./port.ts";

const answer = ({ text }: QueuedText): EmbeddedText => ({
  vector: Float32Array.of(text.length),
  tokens: text.length,
  truncated: false,
});

/** Windows wait for the test to settle them. */
function createHeld() {
  const windows: { texts: readonly QueuedText[]; held: Deferred<readonly EmbeddedText[]> }[] = [];
  const queue = createEmbedQueue((texts) => {
    const held = createDeferred<readonly EmbeddedText[]>();
    windows.push({ texts, held });
    return held.promise;
  }, 256);
  const release = async (at: number) => {
    windows[at]!.held.resolve(windows[at]!.texts.map(answer));
    await new Promise(setImmediate);
  };
  return { queue, windows, release };
}
const lengths = (results: readonly EmbeddedText[]) => results.map(({ tokens }) => tokens);
const words = (count: number) => Array.from({ length: count }, (_, i) => "x".repeat(i % 50));

it("Q1, Q2: starts at once, keeps two windows under way, takes what waits together", async () => {
  const { queue, windows, release } = createHeld();
  const calls = [["a"], ["bb"], ["ccc", "dddd"], ["eeeee"]].map((texts) => queue.embed(texts, "document"));
  expect(windows.map(({ texts }) => texts.length)).toEqual([1, 1]);
  await release(0);
  expect(windows.map(({ texts }) => texts.length)).toEqual([1, 1, 3]);
  await release(2);
  await release(1);
  expect(await Promise.all(calls.map(async (call) => lengths(await call)))).toEqual([[1], [2], [3, 4], [5]]);
});

it("Q1: cuts what waits into windows, and Q3: puts each call together again", async () => {
  const { queue, windows, release } = createHeld();
  const texts = words(700);
  const call = queue.embed(texts, "document");
  expect(windows.map((window) => window.texts.length)).toEqual([256, 256]);
  for (const at of [1, 0, 2]) await release(at);
  expect(lengths(await call)).toEqual(texts.map((text) => text.length));
});

it("Q4: a failed window fails its calls alone", async () => {
  const { queue, windows, release } = createHeld();
  const [first, second] = [queue.embed(["a"], "document"), queue.embed(["bb"], "document")];
  const refused = expect(first).rejects.toThrow("no memory");
  windows[0]!.held.reject(new Error("no memory"));
  await refused;
  await release(1);
  expect(lengths(await second)).toEqual([2]);
});

it("Q4: an aborted call leaves at once and is not run", async () => {
  const { queue, windows, release } = createHeld();
  const under = [queue.embed(["a"], "document"), queue.embed(["b"], "document")];
  const controller = new AbortController();
  const waiting = queue.embed(["never"], "document", controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await release(0);
  await release(1);
  await Promise.all(under);
  expect(windows.flatMap(({ texts }) => texts.map(({ text }) => text))).toEqual(["a", "b"]);
});

it("close fails what waits, and waits for what is under way", async () => {
  const { queue, release } = createHeld();
  const under = [queue.embed(["a"], "document"), queue.embed(["b"], "document")];
  const waiting = expect(queue.embed(["c"], "document")).rejects.toThrow("closed");
  let closed = false;
  const closing = queue.close(new Error("closed")).then(() => {
    closed = true;
  });
  await waiting;
  await release(0);
  expect(closed).toBe(false);
  await release(1);
  await Promise.all([...under, closing]);
  await expect(queue.embed(["late"], "document")).rejects.toThrow("closed");
});
