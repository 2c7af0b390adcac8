/**
 * A replay that is killed again and again, anywhere, while the old pipeline goes on: afterwards the new `documents` say of each
 * document what the old ones say. A failure names its seed: REPLAY_SEED=<n> REPLAY_RUNS=1.
 */
import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createCheckStage } from "@eddy/ingest/stages/check";
import { createRandom, type Random } from "@eddy/runtime/random";
import { ChainStamper, formatNote } from "@eddy/streams/chain";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import { partitionOf } from "@eddy/streams/murmur2";
import { headerText, type StoredRecord, type Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { expect, test } from "vitest";
import type { Place } from "./place.ts";
import { type ReplayOptions, type ReplayPorts, replay } from "./replay.ts";

const FIRST = Number(process.env.REPLAY_SEED ?? 1);
const RUNS = Number(process.env.REPLAY_RUNS ?? 150);
const START = Date.parse("2026-01-01T00:00:00Z");
const old = topicsOf("old");
const next = topicsOf("new");
const check = createCheckStage({ maxBytes: 10_000, dimensions: 2 });
const { signal } = new AbortController();
const HEADERS = { "content-type": "application/json" };

const accept = async (partition: number, record: StoredRecord) =>
  (await check([{ partition, record }], { signal }))[0]!;

/** An old pipeline, as its workers would leave it: some of its documents are still on their way to the collection. */
class OldPipeline {
  readonly streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => this.now });
  readonly points = new Map<string, StoredPoint>();
  readonly partitions: number;
  now = START;
  /** What the documents say by now: revision by id, null = deleted. */
  readonly truth = new Map<string, string | null>();
  readonly #stampers: ChainStamper[];
  readonly #waiting: { partition: number; record: StoredRecord }[] = [];
  readonly #applied: { apply: () => void; partition: number; source: number }[] = [];

  constructor(partitions: number) {
    this.partitions = partitions;
    this.#stampers = Array.from({ length: partitions }, (_, origin) => new ChainStamper(origin));
  }

  async open(): Promise<void> {
    await this.streams.createTopics(topicSpecs(old, { partitions: 2, documentPartitions: this.partitions }));
  }

  async publish(partition: number, key: string | null, value: string | null, headers = {}): Promise<void> {
    this.now += 1_000;
    const record = {
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
    };
    await this.streams.append(old.documents, partition, [{ ...record, timestampMs: this.now }]);
    const { end } = await this.streams.bounds(old.documents, partition);
    const stored = { ...record, offset: end - 1, timestampMs: this.now };
    const outcome = await accept(partition, stored);
    if (outcome.kind === "ok") {
      const { documentId, accepted } = outcome.output;
      const only = headerText(headers, ONLY_REVISION_HEADER);
      if (only === undefined || this.truth.get(documentId) === only)
        this.truth.set(documentId, accepted?.revision ?? null);
    }
    this.#waiting.push({ partition, record: stored });
  }

  /** Ingest takes some of what waits, in the order of each partition. */
  async ingest(count: number): Promise<void> {
    for (const { partition, record } of this.#waiting.splice(0, count)) {
      const outcome = await accept(partition, record);
      if (outcome.kind === "ok") {
        const { documentId, accepted } = outcome.output;
        const key = Buffer.from(documentId);
        const output = partitionOf(key, 2);
        const headers = this.#stampers[partition]!.stamp(output, record.offset);
        await this.streams.append(old.texts, output, [{ key, value: Buffer.from("{}"), headers }]);
        const source = (await this.streams.bounds(old.texts, output)).end - 1;
        const only = headerText(record.headers, ONLY_REVISION_HEADER);
        const apply = () => {
          if (only !== undefined && this.points.get(documentId)?.payload.revision !== only) return;
          const payload = accepted
            ? { ...accepted, model: "m", model_revision: "r" }
            : {
                document_id: documentId,
                revision: "deleted@0",
                received_at: new Date(this.now).toISOString(),
                deleted: true,
              };
          this.points.set(documentId, {
            payload: payload as unknown as StoredPoint["payload"],
            ...(accepted && { vector: Float32Array.of(0.6, 0.8) }),
          });
        };
        this.#applied.push({ apply, partition: output, source });
      }
      await this.streams.rewind("old.ingest", old.documents, partition, { offset: record.offset + 1, metadata: "" });
    }
  }

  /** The cluster-workers apply some of the texts. */
  async cluster(count: number): Promise<void> {
    for (const { apply, partition, source } of this.#applied.splice(0, count)) {
      apply();
      const metadata = formatNote({ applied: new Map([[partition, source]]), previous: new Map() });
      await this.streams.rewind("old.cluster-worker", old.embeddings, partition, { offset: 0, metadata });
    }
  }

  /** Retention takes some of what ingest has read. */
  async retain(random: Random): Promise<void> {
    for (let partition = 0; partition < this.partitions; partition++) {
      const held = this.#waiting.find((one) => one.partition === partition)?.record.offset;
      const { start, end } = await this.streams.bounds(old.documents, partition);
      await this.streams.truncate(old.documents, partition, start + random.below((held ?? end) - start + 1));
    }
  }

  get store(): VectorStore {
    const matching = ({ receivedFrom = "", receivedBefore = "~" }) =>
      [...this.points.values()].filter(
        ({ payload: { received_at, deleted } }) =>
          !deleted && received_at >= receivedFrom && received_at < receivedBefore,
      );
    return {
      count: async (where = {}) => matching(where).length,
      async page({ where = {}, limit, after = "0" }) {
        const all = matching(where);
        const [from, to] = [Number(after), Number(after) + limit];
        return { points: all.slice(from, to), ...(to < all.length && { next: String(to) }) };
      },
      lookup: async (ids) => new Map(ids.flatMap((id) => (this.points.has(id) ? [[id, this.points.get(id)!]] : []))),
    } as Pick<VectorStore, "count" | "page" | "lookup"> as VectorStore;
  }
}

class Killed extends Error {}

/** Dies at the n-th thing that it writes: before it is done, or after. */
function mortal(streams: Streams, random: Random, writes: number): Streams {
  let left = writes;
  const dying = async (work: () => Promise<void>) => {
    if (left < 0) throw new Killed();
    left -= 1;
    if (left < 0 && random.next() < 0.5) throw new Killed();
    await work();
    if (left < 0) throw new Killed();
  };
  return new Proxy(streams, {
    get(target, name) {
      if (name === "append" || name === "rewind")
        return (...args: unknown[]) =>
          dying(() => (Reflect.get(target, name) as (...all: unknown[]) => Promise<void>).apply(target, args));
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** What the new `documents` say, read partition by partition, and where each document lies. */
async function saidBy(streams: Streams) {
  const said = new Map<string, { revision: string | null; received_at?: string; text?: string; partition: number }>();
  for (let partition = 0; partition < (await streams.partitions(next.documents)); partition++) {
    const { end } = await streams.bounds(next.documents, partition);
    for await (const records of readRange(streams, next.documents, partition, 0, end)) {
      for (const record of records) {
        const outcome = await accept(partition, record);
        if (outcome.kind !== "ok") continue;
        const { documentId, accepted } = outcome.output;
        const before = said.get(documentId);
        if (before && before.partition !== partition) throw new Error(`${documentId} lies in two partitions`);
        const only = headerText(record.headers, ONLY_REVISION_HEADER);
        if (only !== undefined && before?.revision !== only) continue;
        const { revision = null, received_at, text } = accepted ?? {};
        said.set(documentId, { revision, partition, ...(received_at && { received_at, text }) });
      }
    }
  }
  return said;
}

const options: ReplayOptions = {
  pipeline: "old",
  to: "new",
  from: { kind: "start" },
  follow: false,
  embedAnew: false,
  partitions: undefined,
  retentionBytes: 1e9,
  holdUnread: true,
};
const portsOf = (pipeline: OldPipeline, streams: Streams = pipeline.streams): ReplayPorts => ({
  streams,
  store: pipeline.store,
  // Each look at it is a second later, so that checkpoints are made.
  clock: { now: () => (pipeline.now += 400), sleep: async () => {} },
  signal,
  gate: async () => {},
  onRetry: () => {},
  warn: () => {},
  begun: () => {},
  copied: () => {},
});

async function play(seed: number): Promise<void> {
  const random = createRandom(seed);
  const pipeline = new OldPipeline(1 + random.below(3));
  await pipeline.open();
  let n = 0;
  const publish = async () => {
    const id = `d${random.below(12)}`;
    const partition = random.below(pipeline.partitions);
    const chance = random.next();
    const text = `text ${n++}`;
    const revision = pipeline.truth.get(id);
    if (chance < 0.1) await pipeline.publish(partition, id, null);
    else if (chance < 0.2) await pipeline.publish(partition, id, null, { [ONLY_REVISION_HEADER]: revision ?? "0:0" });
    else if (chance < 0.25) await pipeline.publish(partition, id, null, { [ONLY_REVISION_HEADER]: "0:1" });
    else if (chance < 0.35) await pipeline.publish(partition, null, text);
    else if (chance < 0.4) await pipeline.publish(partition, id, "{ broken");
    else if (chance < 0.5) await pipeline.publish(partition, null, JSON.stringify({ id, text }));
    else await pipeline.publish(partition, id, JSON.stringify({ text }), HEADERS);
  };
  const goOn = async (most: number) => {
    for (let i = random.below(most); i > 0; i--) await publish();
    await pipeline.ingest(random.below(most));
    await pipeline.cluster(random.below(most));
  };
  await goOn(80);
  await pipeline.retain(random);
  const places: Place[] = [
    { kind: "start" },
    { kind: "now" },
    { kind: "time", ms: START + random.below(60) * 1_000 },
    { kind: "offsets", all: random.below(20), offsets: new Map([[0, random.below(30)]]) },
  ];
  const asked = { ...options, from: places[random.below(4)]!, partitions: 1 + random.below(3) };
  for (let deaths = 0; ; deaths++) {
    const streams = mortal(pipeline.streams, random, deaths < 8 ? random.below(25) : 1e9);
    try {
      await replay(portsOf(pipeline, streams), asked);
      break;
    } catch (error) {
      if (error instanceof Error && /let old run until nothing waits/.test(error.message)) {
        await pipeline.ingest(1e9);
        await pipeline.cluster(1e9);
      } else if (!(error instanceof Killed)) throw error;
    }
    await goOn(10);
  }
  const said = await saidBy(pipeline.streams);
  for (const [id, revision] of pipeline.truth) {
    const expected = revision === null ? null : `old/${revision}`;
    expect(said.get(id)?.revision ?? null, `${id} in seed ${seed}`).toBe(expected);
  }
  for (const id of said.keys()) expect(pipeline.truth.has(id), `${id} in seed ${seed} was never published`).toBe(true);
  await pipeline.ingest(1e9);
  await pipeline.cluster(1e9);
  for (const { payload } of pipeline.points.values())
    if (!payload.deleted)
      expect(said.get(payload.document_id)).toMatchObject({ received_at: payload.received_at, text: payload.text });
}

test(`${RUNS} seeds from ${FIRST}: whenever it dies, each document ends in its last version`, {
  timeout: 120_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) await play(seed);
});

async function small(): Promise<OldPipeline> {
  const pipeline = new OldPipeline(1);
  await pipeline.open();
  for (let n = 0; n < 20; n++) await pipeline.publish(0, `d${n}`, "text");
  await pipeline.ingest(20);
  return pipeline;
}

test("what is on its way in the old pipeline must still be in its log", async () => {
  const pipeline = await small();
  await pipeline.cluster(10);
  await pipeline.streams.truncate(old.documents, 0, 11);
  await expect(replay(portsOf(pipeline), options)).rejects.toMatchObject({ code: "LOG_GAP" });
  await pipeline.cluster(10);
  expect(await replay(portsOf(pipeline), options)).toEqual({ documents: 11, records: 9, complete: true });
});

test("records that retention takes before they are copied are not passed over in silence", async () => {
  const pipeline = await small();
  await pipeline.cluster(20);
  await replay(portsOf(pipeline), options);
  await pipeline.publish(0, "late", "text");
  await pipeline.publish(0, "later", "text");
  await pipeline.streams.truncate(old.documents, 0, 21);
  await expect(replay(portsOf(pipeline), options)).rejects.toMatchObject({ code: "LOG_GAP" });
});

test("a pipeline that has documents of its own is not written to", async () => {
  const pipeline = await small();
  await pipeline.streams.createTopics(topicSpecs(next, { partitions: 2, documentPartitions: 2 }));
  await pipeline.streams.append(next.documents, 1, [{ key: null, value: Buffer.from("t"), headers: {} }]);
  await expect(replay(portsOf(pipeline), options)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  expect((await pipeline.streams.bounds(next.documents, 0)).end).toBe(0);
});

test.each([
  ["as it was left", 20, []],
  ["from a snapshot that is older than the log's first record", 5, [/nothing that came since 2026-01-01T00:00:11/]],
])("the collection, %s: what is missing is told", async (_, held, told) => {
  const pipeline = await small();
  await pipeline.cluster(20);
  await pipeline.streams.truncate(old.documents, 0, 10);
  for (let n = held; n < 20; n++) pipeline.points.delete(`d${n}`);
  const warnings: string[] = [];
  await replay({ ...portsOf(pipeline), warn: (message) => warnings.push(message) }, options);
  expect(warnings).toEqual(told.map((pattern) => expect.stringMatching(pattern)));
});
