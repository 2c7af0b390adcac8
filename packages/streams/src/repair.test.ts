import { createFakeClock } from "@eddy/runtime/fake-clock";
import { expect, it } from "vitest";
import { chainLink, formatNote, parseNote } from "./chain.ts";
import { EmbeddedStreams } from "./embedded/embedded-streams.ts";
import { createMemoryStorage } from "./embedded/memory-storage.ts";
import { inspectLinks, type Link } from "./repair.ts";
import { stepText, takeSteps } from "./repair-steps.ts";
import { ok } from "./stage.ts";
import { createTurns } from "./turns.ts";
import { createWorker, type Worker } from "./worker.ts";
import { silentObserver } from "./worker-observer.ts";

const PARTITIONS = 2;
/** documents → (first) → texts → (second) → embeddings → (third) → end */
const links: Link[] = [
  { topic: "texts", reader: "second", emitter: "first", input: "documents", chained: false },
  { topic: "embeddings", reader: "third", emitter: "second", input: "texts", chained: true },
];
const river = [
  ["first", "documents", "texts"],
  ["second", "texts", "embeddings"],
  ["third", "embeddings", "end"],
] as const;

async function createSetup() {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  const topics = ["documents", "texts", "embeddings", "end"];
  await streams.createTopics(
    [...topics, ...topics.map((topic) => `${topic}.dlq`)].map((name) => ({ name, partitions: PARTITIONS })),
  );

  /** Lets workers run until they have read everything, or one fails. */
  async function flow(...names: string[]) {
    const clock = createFakeClock();
    const failures: unknown[] = [];
    const workers: Worker[] = [];
    for (const [name, input, output] of river) {
      if (names.length > 0 && !names.includes(name)) continue;
      const worker = createWorker<{ key: Uint8Array; value: Uint8Array }>({
        name,
        group: name,
        streams,
        input,
        output,
        chained: input !== "documents",
        stage: async (batch) => batch.map(({ record: { key, value } }) => ok({ key: key!, value: value! })),
        encode: (record) => ({
          ...record,
          ...(input === "documents" && { partition: Number(Buffer.from(record.key).toString().slice(1)) % PARTITIONS }),
        }),
        reader: { group: "nobody", lagLimit: 1e9 },
        maxRecords: 3,
        clock,
        alone: createTurns(),
        observer: silentObserver,
      });
      workers.push(worker);
      await worker.start((error) => failures.push(error));
    }
    const behind = async () => {
      for (const [group, topic] of river)
        if (
          workers.some(({ name }) => name === group) &&
          [...(await streams.lag(group, topic)).values()].some((lag) => lag > 0)
        )
          return true;
      return false;
    };
    for (let turn = 0; failures.length === 0 && (turn < 50 || (await behind())); turn++) {
      await clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const worker of workers) await worker.stop();
    return failures.map((error) => (error as { code: string }).code);
  }

  let published = 0;
  async function publish(count: number) {
    for (let n = 0; n < count; n++) {
      const key = Buffer.from(`d${published++}`);
      await streams.append("documents", n % 3 === 0 ? 1 : 0, [{ key, value: key, headers: {} }]);
    }
  }
  /** The ids that came through, each once, as a reader of the end takes them. */
  async function arrived() {
    const ids: string[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { start, end } = await streams.bounds("end", partition);
      const seen = new Map<number, number>();
      for (const { key, headers } of await streams
        .reader("end", partition, start)
        .fetch({ maxRecords: end + 1, waitMs: 0 })) {
        const { origin, source, previous } = chainLink(headers)!;
        const applied = seen.get(origin) ?? -1;
        if (!(previous <= applied && applied < source)) continue;
        seen.set(origin, source);
        ids.push(Buffer.from(key!).toString());
      }
    }
    return ids.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  }
  const all = () => Array.from({ length: published }, (_, n) => `d${n}`);
  const inspect = () => inspectLinks(streams, links);
  async function repair() {
    const findings = await inspect();
    await takeSteps(
      streams,
      findings.flatMap((finding) => finding.steps),
      () => expect.unreachable(),
    );
    return findings;
  }
  const commitOf = async (group: string, topic: string, partition: number) =>
    (await streams.committed(group, topic)).get(partition)!;
  return { streams, flow, publish, arrived, all, inspect, repair, commitOf };
}

it("finds nothing where nothing is missing, at rest and while workers lag", async () => {
  const { flow, publish, inspect, arrived, all } = await createSetup();
  expect(await inspect()).toEqual([]);
  await publish(20);
  expect(await inspect()).toEqual([]);
  expect(await flow("first")).toEqual([]);
  expect(await inspect()).toEqual([]);
  expect(await flow("first", "second")).toEqual([]);
  expect(await inspect()).toEqual([]);
  expect(await flow()).toEqual([]);
  expect(await inspect()).toEqual([]);
  expect(await arrived()).toEqual(all());
});

it("sets back a reader that was set past records", async () => {
  const { streams, flow, publish, repair, arrived, all, commitOf } = await createSetup();
  await publish(9);
  await flow();
  await publish(12);
  await flow("first", "second");
  const { metadata } = await commitOf("third", "embeddings", 0);
  const { end } = await streams.bounds("embeddings", 0);
  await streams.rewind("third", "embeddings", 0, { offset: end, metadata });
  await publish(6);
  await flow();
  expect(await arrived()).not.toEqual(all());
  const findings = await repair();
  expect(findings).toMatchObject([{ topic: "embeddings", partition: 0, group: "third", needsSkip: false }]);
  expect(findings[0]!.steps.map(stepText)).toEqual([
    expect.stringMatching(/^third in embeddings\/0 is set back to \d+$/),
  ]);
  expect(await flow()).toEqual([]);
  expect(await arrived()).toEqual(all());
  expect(await repair()).toEqual([]);
});

it.each([
  ["embeddings", "third", "second"],
  ["texts", "second", "first"],
] as const)(
  "lets the emitter write again what retention took of %s before it was read",
  async (topic, reader, emitter) => {
    const { streams, flow, publish, repair, arrived, all } = await createSetup();
    await publish(9);
    await flow();
    await publish(30);
    await flow("first", ...(reader === "third" ? ["second"] : []));
    const { end } = await streams.bounds(topic, 1);
    await streams.truncate(topic, 1, end - 2);
    expect(await flow()).toEqual(["LOG_GAP"]);
    const findings = await repair();
    expect(findings.flatMap(({ steps }) => steps.map(({ kind }) => kind))).toContain("rewind");
    expect(findings.every(({ needsSkip, blocked }) => !needsSkip && blocked === undefined)).toBe(true);
    expect(findings.at(-1)).toMatchObject({ topic, group: reader, kept: "all" });
    expect(findings.at(-1)!.steps[0]).toMatchObject({ group: emitter });
    expect(await flow()).toEqual([]);
    expect(await arrived()).toEqual(all());
    expect(await repair()).toEqual([]);
  },
);

it("mends several links at once", async () => {
  const { streams, flow, publish, repair, arrived, all } = await createSetup();
  await publish(9);
  await flow();
  await publish(40);
  await flow("first", "second");
  await streams.truncate("embeddings", 0, (await streams.bounds("embeddings", 0)).end - 1);
  await publish(20);
  await flow("first");
  await streams.truncate("texts", 1, (await streams.bounds("texts", 1)).end - 3);
  let rounds = 0;
  while ((await repair()).length > 0) {
    expect(++rounds).toBeLessThan(4);
    await flow();
  }
  expect(await arrived()).toEqual(all());
});

it("has emitted again what came by an origin that the reader had never met when the head was cut", async () => {
  const { streams, flow, publish, repair, arrived, all, commitOf } = await createSetup();
  await publish(3);
  await flow();
  expect(parseNote((await commitOf("second", "texts", 1)).metadata)?.applied.has(1)).toBe(false);
  await publish(20);
  await flow("first");
  await streams.truncate("texts", 1, (await streams.bounds("texts", 1)).end - 1);
  await repair();
  expect(await flow()).toEqual([]);
  expect(await arrived()).toEqual(all());
  expect(await repair()).toEqual([]);
});

it("skips what nobody has any more, only where it is told to, and names it", async () => {
  const { streams, flow, publish, inspect, repair, arrived, all } = await createSetup();
  await publish(9);
  await flow();
  await publish(30);
  await flow("first", "second");
  const before = (await streams.bounds("embeddings", 1)).start;
  await streams.truncate("embeddings", 1, (await streams.bounds("embeddings", 1)).end - 2);
  await streams.truncate("texts", 1, (await streams.bounds("texts", 1)).end - 2);
  expect(before).toBe(0);
  const findings = await inspect();
  expect(findings).toMatchObject([
    { needsSkip: false, problem: expect.stringContaining("is kept from") },
    { needsSkip: true, kept: "none", missing: { input: "texts", origin: 1 } },
  ]);
  await repair();
  expect(await flow()).toEqual([]);
  const { after, upTo } = findings[1]!.missing!;
  const came = await arrived();
  // Nothing else is lost: as many as the hole is wide.
  expect(all().filter((id) => !came.includes(id))).toHaveLength(upTo - after);
  await publish(9);
  expect(await flow()).toEqual([]);
  expect(await arrived()).toHaveLength(all().length - (upTo - after));
  expect(await repair()).toEqual([]);
});

it("skips what is gone and lets the rest be written again", async () => {
  const { streams, flow, publish, inspect, repair, arrived, all } = await createSetup();
  await publish(9);
  await flow();
  await publish(30);
  await flow("first", "second");
  await streams.truncate("embeddings", 1, (await streams.bounds("embeddings", 1)).end - 2);
  await streams.truncate("texts", 1, (await streams.bounds("texts", 1)).end - 7);
  const findings = await inspect();
  expect(findings[1]).toMatchObject({ needsSkip: true, kept: "some" });
  await repair();
  expect(await flow()).toEqual([]);
  const came = await arrived();
  const { start } = await streams.bounds("texts", 1);
  expect(all().filter((id) => !came.includes(id))).toHaveLength(start - 1 - findings[1]!.missing!.after);
  expect(await repair()).toEqual([]);
});

it("lets ingest go on after documents that were lost before they were read, and with a topic made anew", async () => {
  const { streams, flow, publish, inspect, repair, commitOf } = await createSetup();
  await publish(12);
  await flow();
  await publish(12);
  await streams.truncate("documents", 0, (await streams.bounds("documents", 0)).end - 1);
  expect(await flow()).toEqual(["LOG_GAP"]);
  expect(await inspect()).toMatchObject([
    {
      topic: "documents",
      partition: 0,
      needsSkip: true,
      problem: expect.stringMatching(/7 records from 8 on were taken/),
    },
  ]);
  await repair();
  expect(await flow()).toEqual([]);
  // As if it were made anew: the commit is where that one has not come yet.
  const { metadata } = await commitOf("first", "documents", 0);
  await streams.rewind("first", "documents", 0, { offset: 99, metadata });
  const [finding] = await inspect();
  expect(finding).toMatchObject({
    topic: "documents",
    partition: 0,
    needsSkip: true,
    problem: expect.stringContaining("made anew"),
  });
  await repair();
  for (const partition of [0, 1])
    expect(parseNote((await commitOf("second", "texts", partition)).metadata)!.applied.has(0)).toBe(false);
  await publish(9);
  expect(await flow()).toEqual([]);
});

it("knows an inner topic that was made anew for what it is: beyond repair", async () => {
  const { streams, flow, publish, inspect } = await createSetup();
  await publish(12);
  await flow();
  await streams.rewind("second", "texts", 0, {
    offset: 99,
    metadata: formatNote({ applied: new Map(), previous: new Map([[0, 98]]) }),
  });
  expect((await inspect())[0]).toMatchObject({
    topic: "texts",
    blocked: expect.stringContaining("another name"),
    steps: [],
  });
});
