import { createRecordingTracer, type TracedSpan } from "@eddy/runtime/recording-tracer";
import { afterEach, describe, expect, it } from "vitest";
import { startProcess } from "./batch-span.ts";
import { EmbeddedStreams } from "./embedded/embedded-streams.ts";
import { createMemoryStorage } from "./embedded/memory-storage.ts";
import { type Headers, headerText, type StoredRecord } from "./port.ts";
import { deadLetter, ok, type Stage } from "./stage.ts";
import { createWorker, type Worker } from "./worker.ts";
import { silentObserver } from "./worker-observer.ts";

const contextOf = (n: number) => `00-${String(n).padStart(32, "a")}-${String(n).padStart(16, "b")}-01`;
const traced = (n: number): Headers => ({ traceparent: contextOf(n) });
const record = (value: string, headers: Headers = {}) => ({ key: null, value: Buffer.from(value), headers });
const stored = (headers: Headers, offset: number): StoredRecord => ({
  ...record("x", headers),
  offset,
  timestampMs: 0,
});
const traceOf = ({ context }: TracedSpan) => context.traceparent.slice(3, 35);

let worker: Worker | undefined;
afterEach(() => worker?.stop());

/** Runs a worker over the records, in one batch, and waits for its commit. */
async function run(
  records: readonly ReturnType<typeof record>[],
  stage: Stage<string>,
  tracer = createRecordingTracer(),
) {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics(["in", "in.dlq", "out"].map((name) => ({ name, partitions: 1 })));
  await streams.append("in", 0, records);
  await new Promise<void>((resolve, reject) => {
    worker = createWorker<string>({
      name: "shouter",
      group: "g",
      streams,
      input: "in",
      output: "out",
      chained: false,
      stage,
      encode: (word) => ({ key: Buffer.from(word), value: Buffer.from(word) }),
      reader: { group: "reader", lagLimit: 1e9 },
      observer: { ...silentObserver, committed: () => resolve() },
      tracer,
    });
    worker.start(reject).catch(reject);
  });
  await worker?.stop();
  const read = async (topic: string) => streams.reader(topic, 0, 0).fetch({ maxRecords: 100, waitMs: 0 });
  return { tracer, out: await read("out"), letters: await read("in.dlq") };
}

const shout: Stage<string> = async (batch) =>
  batch.map(({ record: { value } }) => {
    const word = Buffer.from(value!).toString();
    return word === "bad" ? deadLetter({ code: "NO_TEXT", message: word }) : ok(word.toUpperCase());
  });

describe("the spans of a worker", () => {
  it("are one of the batch, linked to its records, and one of each step in it", async () => {
    const { tracer } = await run([record("a", traced(1)), record("bad", traced(2)), record("c", traced(1))], shout);
    const [process, ...children] = tracer.spans as [TracedSpan, ...TracedSpan[]];
    expect(process).toMatchObject({ name: "process in", options: { kind: "consumer", parent: undefined } });
    expect(process.options.links).toEqual([1, 2].map((n) => ({ traceparent: contextOf(n) })));
    expect(process.attributes).toEqual({
      "messaging.system": "kafka",
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.destination.name": "in",
      "messaging.destination.partition.id": "0",
      "messaging.batch.message_count": 3,
      "messaging.consumer.group.name": "g",
      "messaging.kafka.offset": 0,
    });
    expect(children.map(({ name }) => name)).toEqual(["shouter", "send in.dlq", "send out", "commit in"]);
    expect(children.every((child) => child.options.parent === process)).toBe(true);
    expect(children[2]).toMatchObject({ options: { kind: "producer" } });
    expect(children[2]!.attributes).toMatchObject({ "messaging.batch.message_count": 2 });
    expect(children[3]!.attributes).toMatchObject({
      "messaging.operation.type": "settle",
      "messaging.kafka.offset": 3,
    });
    expect(tracer.spans.every(({ ended, failure }) => ended && failure === undefined)).toBe(true);
  });

  it("are part of the records' trace where that is one", async () => {
    const { tracer } = await run([record("a", traced(7)), record("b", traced(7))], shout);
    expect(tracer.spans[0]!.options).toMatchObject({ parent: { traceparent: contextOf(7) }, links: [{}] });
    expect(traceOf(tracer.spans[0]!)).toBe(contextOf(7).slice(3, 35));
  });

  it("leave a record's own trace as it is, and give the batch's to one without", async () => {
    const { tracer, out, letters } = await run(
      [record("a", { ...traced(1), tracestate: "x=y", ce_id: "7" }), record("b"), record("bad", traced(2))],
      shout,
    );
    expect(out[0]!.headers).toMatchObject({ ...traced(1), tracestate: "x=y", ce_id: "7" });
    expect(headerText(out[1]!.headers, "traceparent")).toBe(tracer.spans[0]!.context.traceparent);
    expect(letters[0]!.headers).toMatchObject(traced(2));
  });

  it("tell of a failure", async () => {
    const tracer = createRecordingTracer();
    const failed = run([record("a")], async () => [], tracer);
    await expect(failed).rejects.toMatchObject({ code: "INTERNAL" });
    const failures = tracer.spans.map(({ name, failure, ended }) => [
      name,
      (failure as Error | undefined)?.message,
      ended,
    ]);
    const message = expect.stringContaining("0 outcomes out");
    expect(failures).toEqual([
      ["process in", message, true],
      ["shouter", message, true],
    ]);
  });

  it("have at most 128 links, and none to what is no trace context", () => {
    const tracer = createRecordingTracer();
    const place = { topic: "in", partition: 0, group: "g" };
    const records = Array.from({ length: 200 }, (_, n) => stored(n === 0 ? { traceparent: "broken" } : traced(n), n));
    startProcess(tracer, place, records);
    const { links } = tracer.spans[0]!.options;
    expect(links).toHaveLength(128);
    expect(links![0]).toEqual({ traceparent: contextOf(1) });
  });
});
