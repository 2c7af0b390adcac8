/** A pipeline's backup over logs in memory and embedded stores: what is read when (P1 to P3), and restores that die at any write (R1 to R4). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventBody, ModelEvent } from "@eddy/clustering/events";
import type { PointPayload } from "@eddy/contracts/collection";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { encodeEvent } from "@eddy/model/event-codec";
import { whileFollowing } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import { createSnapshots } from "@eddy/model/snapshots";
import { decodeState, encodeState } from "@eddy/model/state-codec";
import { groupsOf } from "@eddy/pipeline/groups";
import { beginRestore, checkRestored } from "@eddy/pipeline/restore-mark";
import { createFakeClock } from "@eddy/runtime/fake-clock";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import type { LogRecord, StoredRecord, Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import { type Engine, openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import type { QdrantApi } from "@eddy/vectors/qdrant-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emittedTopics, riverTopics } from "./pipeline-format.ts";
import { bringPipeline, checkPipelineBackup, type PipelineTarget } from "./restore-pipeline.ts";
import { savePipeline } from "./save-pipeline.ts";

const NAME = "p";
const topics = topicsOf(NAME);
const groups = groupsOf(NAME);
const signal = new AbortController().signal;
const [THEN, NOW] = [1_000, 2_000];

interface Ends {
  readonly streams: EmbeddedStreams;
  readonly api: QdrantApi;
  readonly storage: ReturnType<typeof createMemoryStorage>;
}

let folder: string;
let out: string;
const engines: Engine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "eddy-pipeline-"));
  out = join(folder, "p.tar.gz");
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(now: number): Ends {
  const storage = createMemoryStorage();
  const engine = openEngine({ dir: join(folder, `engine-${engines.length}`) });
  engines.push(engine);
  return { storage, streams: new EmbeddedStreams({ storage, now: () => now }), api: createInProcessApi(engine) };
}

const choice = { automatic: false, chosen: 1, score: 0, runnerUp: 0, runnerUpScore: 0, clear: true };
const structure: EventBody[] = [
  {
    ...{ type: "founded", uuid: "u", metric: "spherical", dimensions: 2, model: "m", modelRevision: "1" },
    ...{ halfLifeDocuments: 0, halfLifeMs: 0 },
  },
  {
    ...{ type: "seeded", sampleSize: 600, choice },
    centres: [{ vector: Float32Array.of(1, 0), weight: 16 }],
  },
];
const delta = (to: number, done: number): EventBody => ({
  ...{ type: "delta", partition: 0, from: to - 1, to, done, assignedWith: 1, sources: [1], clusters: [1] },
  touched: [{ cluster: 1, added: 1, removed: 0, sum: Float32Array.of(0, 1), sumSquares: 1, removedWeight: 0 }],
});

let sequence = 0;
async function log(streams: Streams, epoch: number, ...bodies: EventBody[]): Promise<void> {
  for (const body of bodies) {
    const event = { worker: "w", sequence: sequence++, atMs: 0, epoch, ...body } as ModelEvent;
    await streams.append(topics.modelLog, 0, [{ key: Buffer.from("model"), value: encodeEvent(event), headers: {} }]);
  }
}

const record = (n: number): LogRecord => ({
  key: n % 3 === 0 ? null : Buffer.from([n, 0xff]),
  value: n % 4 === 0 ? null : Buffer.from(`value ${n} \u{1f310}`),
  headers: n % 2 === 0 ? {} : { "eddy-source": Buffer.from(String(n)), odd: Buffer.from([0xff, n]) },
});
const records = (count: number) => Array.from({ length: count }, (_, n) => record(n));

const point = (id: string, version: number, more: Partial<PointPayload> = {}): PointPayload => ({
  ...{ document_id: id, text: `text of ${id}`, revision: "0:1", received_at: "2026-11-23T00:00:00Z", version },
  ...{ assigned_with: 1, cluster_id: "c1", counted_in: "c1", assigned_at: "2026-11-23T00:00:00Z", ...more },
});

/** Some of everything: forgotten heads, holes that transactions leave, partitions without a commit or a record, a deletion's mark. */
async function filled(): Promise<Ends> {
  const ends = open(THEN);
  const { streams, storage, api } = ends;
  await streams.createTopics(topicSpecs(topics, { partitions: 2, documentPartitions: 3 }));
  for (const [topic, partition, count, start] of [
    [topics.documents, 0, 9, 2],
    [topics.documents, 2, 3, 0],
    [topics.texts, 0, 7, 1],
    [topics.texts, 1, 2, 0],
    [topics.embeddings, 0, 6, 0],
    [topics.assignments, 0, 5, 3],
    [topics.assignments, 1, 4, 4],
    [topics.clusterEvents, 0, 2, 0],
    [`${topics.documents}.dlq`, 1, 3, 0],
  ] as const) {
    await streams.append(topic, partition, records(count));
    await streams.truncate(topic, partition, start);
  }
  await storage.drop(topics.documents, 0, [3, 6, 8]);
  await streams.rewind(groups.ingest, topics.documents, 0, { offset: 5, metadata: "1;a=;p=0:4" });
  await streams.rewind(groups.embed, topics.texts, 0, { offset: 7, metadata: "1;a=0:4;p=0:6" });
  await streams.rewind(groups.cluster, topics.embeddings, 0, { offset: 4, metadata: "1;a=0:1;p=" });
  await log(streams, 0, ...structure);
  await log(streams, 1, delta(0, -1));
  await createSnapshots(streams, topics.models).save(await modelOf(ends));
  await log(streams, 1, delta(1, 0));
  await streams.truncate(topics.modelLog, 0, 3);
  const store = createQdrantStore(api, NAME);
  await store.open({ dimensions: 2, distance: "Cosine", uuid: "u" });
  await store.write([
    ...Array.from({ length: 300 }, (_, n) => ({
      vector: Float32Array.of(Math.cos(n), Math.sin(n)),
      payload: point(`d${n}`, 2),
    })),
    { payload: { ...point("gone", 3), deleted: true } },
  ]);
  await api.createIndex(NAME, "metadata.team", { type: "keyword", is_tenant: true });
  await api.changeAliases([{ create_alias: { alias_name: "live", collection_name: NAME } }]);
  return ends;
}

async function modelOf({ streams }: Ends, pipeline = NAME) {
  const { replica } = openModel({ streams, topics: topicsOf(pipeline), clock: createFakeClock() });
  return whileFollowing(replica, async () => decodeState(encodeState(replica.state)));
}

const save = ({ streams, api }: Pick<Ends, "streams" | "api">, more = {}) =>
  savePipeline({ streams, api, pipeline: NAME, out, version: "0.1.0", now: 1_764_000_000_000, signal, ...more });

async function bring({ streams, api }: Pick<PipelineTarget, "streams" | "api">, pipeline = NAME): Promise<void> {
  const target = { streams, api, pipeline, retentionBytes: 1e9, signal };
  await bringPipeline(target, await checkPipelineBackup(out, signal));
}

/** What a pipeline is; of inner topics only what is unread. */
async function contentOf(ends: Ends, pipeline = NAME) {
  const { streams, api } = ends;
  const log: Record<string, unknown> = {};
  for (const { name, topic, group, unreadOnly } of [...emittedTopics(pipeline), ...riverTopics(pipeline)]) {
    const commits = group === undefined ? new Map() : await streams.committed(group, topic);
    for (let partition = 0; partition < (await streams.partitions(topic)); partition++) {
      const { start, end } = await streams.bounds(topic, partition);
      const unread: number = commits.get(partition)?.offset ?? start;
      const from = unreadOnly ? unread : start;
      const found: Partial<StoredRecord>[] = [];
      for await (const batch of readRange(streams, topic, partition, from, end))
        for (const { timestampMs, ...rest } of batch) {
          const isHole = rest.key && Buffer.from(rest.key).toString() === "eddy-hole";
          if (!isHole) found.push(group !== undefined && rest.offset >= unread ? rest : { ...rest, timestampMs });
        }
      log[`${name}/${partition}`] = { from, end, commit: commits.get(partition), found };
    }
  }
  const { points } = await api.scroll(pipeline, { limit: 1_000, with_payload: true, with_vector: true });
  const { creation, indexes } = (await api.getCollection(pipeline))!;
  const model = await modelOf(ends, pipeline);
  const { end } = await streams.bounds(topicsOf(pipeline).modelLog, 0);
  return { log, points, creation, indexes, end, model: Buffer.from(encodeState(model)).toString("hex") };
}

const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("the backup of a pipeline", () => {
  it("brings back each record at its offset, commits, points, indexes, settings, alias and model", async () => {
    const source = await filled();
    const manifest = await save(source);
    expect(manifest).toMatchObject({ pipeline: NAME, points: 301, model_log_end: 4 });
    const target = open(NOW);
    await bring(target);
    const [is, was] = [await contentOf(target), await contentOf(source)];
    expect(is).toEqual(was);
    expect(was.points.length).toBe(301);
    expect((await target.api.aliases()).get("live")).toBe(NAME);
    await checkRestored(target.streams, NAME);

    // What is unread is stamped anew, lest retention take it; what was read is as old as it was.
    const stamps = async (topic: string, partition: number) => {
      const found: number[] = [];
      const { start, end } = await target.streams.bounds(topic, partition);
      for await (const batch of readRange(target.streams, topic, partition, start, end))
        for (const { timestampMs } of batch) found.push(timestampMs);
      return found;
    };
    expect(await stamps(topics.documents, 0)).toEqual([THEN, NOW, THEN, NOW, NOW, NOW, NOW]);
    expect(await stamps(topics.embeddings, 0)).toEqual([NOW, NOW]);
    expect(await stamps(topics.assignments, 0)).toEqual([THEN, THEN]);
  });

  it("goes on in the place of holes with deletions that never have an effect", async () => {
    await save(await filled());
    const { streams } = open(NOW);
    await bring({ streams, api: createInProcessApi(engines.at(-1)!) });
    const found: unknown[] = [];
    for await (const batch of readRange(streams, topics.documents, 0, 2, 9))
      for (const { offset, key, value, headers } of batch)
        if (Buffer.from(key ?? "").toString() === "eddy-hole") found.push([offset, value, Object.keys(headers)]);
    const hole = (offset: number) => [offset, null, ["eddy-only-revision"]];
    expect(found).toEqual([hole(3), hole(6), hole(8)]);
  });

  it("has another name, and leaves an alias alone that stands for something", async () => {
    const source = await filled();
    await save(source);
    await bring(source, "q");
    expect(await contentOf(source, "q")).toMatchObject({ end: 4, points: (await contentOf(source)).points });
    expect((await source.api.aliases()).get("live")).toBe(NAME);
  });

  it("is of one moment while a worker counts, writes and commits", async () => {
    const source = await filled();
    const { streams, api } = source;
    let pages = 0;
    const scroll: QdrantApi["scroll"] = async (name, request) => {
      const page = await api.scroll(name, request);
      if (++pages !== 1) return page;
      // Behind the first page: a Delta that says that all before it is durable, its point, what it emits, its commit, the next Delta.
      await log(streams, 1, delta(2, 1));
      await createQdrantStore(api, NAME).write([{ vector: Float32Array.of(0, 1), payload: point("new", 4) }]);
      await streams.append(topics.assignments, 0, [record(5)]);
      await streams.rewind(groups.cluster, topics.embeddings, 0, { offset: 6, metadata: "1;a=0:2;p=" });
      await log(streams, 1, delta(3, 2));
      return page;
    };
    const manifest = await save({ streams, api: { ...api, scroll } });
    expect(manifest.commits.embeddings).toEqual([{ partition: 0, offset: 4, metadata: "1;a=0:1;p=" }]);
    expect(manifest.topics.embeddings![0]).toEqual({ first: 4, end: 6 });
    expect(manifest.topics.assignments![0]).toEqual({ first: 3, end: 6 });
    expect(manifest.model_log_end).toBe(6);
    const target = open(NOW);
    await bring(target);
    const { applied, done, ranges } = (await modelOf(target)).partitions.get(0)!;
    expect({ applied, done, ranges: ranges.map(({ to }) => to) }).toEqual({ applied: 3, done: 0, ranges: [1, 2, 3] });
  });

  it("refuses what is no pipeline, or another one's collection", async () => {
    const empty = open(THEN);
    await empty.streams.createTopics(topicSpecs(topics, { partitions: 1, documentPartitions: 1 }));
    await expect(save(empty)).rejects.toThrow(/has no model yet: there is nothing to back up/);
    const source = await filled();
    await source.api.setMetadata(NAME, { eddy_uuid: "other" });
    await expect(save(source)).rejects.toThrow(code("STORE_FOREIGN"));
    expect(readdirSync(folder).filter((name) => name.startsWith("p."))).toEqual([]);
  });

  it("says which inner records are missing", async () => {
    const source = await filled();
    await source.storage.drop(topics.embeddings, 0, [4]);
    await expect(save(source)).rejects.toThrow(/p\.embeddings\.v1\/0 has nothing from 4 to 5/);
  });

  it("leaves nothing behind where it is interrupted", async () => {
    const source = await filled();
    const stop = new AbortController();
    const scroll: QdrantApi["scroll"] = async (...request) => {
      stop.abort(new Error("interrupted"));
      return source.api.scroll(...request);
    };
    const interrupted = save({ streams: source.streams, api: { ...source.api, scroll } }, { signal: stop.signal });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(readdirSync(folder).filter((name) => name.startsWith("p."))).toEqual([]);
  });
});

describe("the restore of a pipeline", () => {
  it("is refused where something is there, and says what to do", async () => {
    await save(await filled());
    for (const write of [
      ({ streams }: Ends) => streams.append(topics.documents, 1, [record(1)]),
      ({ streams }: Ends) => streams.append(topics.modelLog, 0, [record(1)]),
      ({ api }: Ends) =>
        createQdrantStore(api, NAME)
          .open({ dimensions: 2, distance: "Cosine", uuid: "u" })
          .then(() => createQdrantStore(api, NAME).write([{ payload: point("d", 1), vector: Float32Array.of(1, 0) }])),
    ]) {
      const target = open(NOW);
      await target.streams.createTopics(topicSpecs(topics, { partitions: 2, documentPartitions: 3 }));
      await write(target);
      await expect(bring(target)).rejects.toThrow(
        /a backup is restored into a pipeline that is empty: take another name/,
      );
    }
    const target = open(NOW);
    await bring(target);
    await expect(bring(target)).rejects.toThrow(code("CONFIG_INVALID"));
  });

  it("is refused into topics of another shape, and over half of another backup", async () => {
    await save(await filled());
    const target = open(NOW);
    await target.streams.createTopics(topicSpecs(topics, { partitions: 2, documentPartitions: 4 }));
    await expect(bring(target)).rejects.toThrow(code("TOPIC_SHAPE"));
    const other = open(NOW);
    await other.streams.createTopics(topicSpecs(topics, { partitions: 2, documentPartitions: 3 }));
    await beginRestore(other.streams, NAME, "f".repeat(64));
    await expect(bring(other)).rejects.toThrow(/holds half of another backup/);
    await expect(checkRestored(other.streams, NAME)).rejects.toThrow(code("RESTORE_UNFINISHED"));
  });

  it("uses an empty collection that is there as it is", async () => {
    await save(await filled());
    const target = open(NOW);
    const hnsw_config = { m: 8 };
    await target.api.createCollection(NAME, { vectors: { size: 2, distance: "Cosine" }, hnsw_config });
    await bring(target);
    expect((await target.api.getCollection(NAME))!.creation).toMatchObject({ hnsw_config });
    const wide = open(NOW);
    await wide.api.createCollection(NAME, { vectors: { size: 3, distance: "Cosine" } });
    await expect(bring(wide)).rejects.toThrow(code("STORE_SHAPE"));
  });

  it("writes nothing of a file that is damaged anywhere", async () => {
    await save(await filled());
    const bytes = readFileSync(out);
    for (const at of [0.3, 0.6, 0.9]) {
      const flipped = Buffer.from(bytes);
      // Several: a single byte of a gzip may be one that says nothing.
      const from = Math.floor(at * bytes.length);
      for (let i = from; i < from + 8; i++) flipped[i]! ^= 0xff;
      writeFileSync(out, flipped);
      await expect(bring(open(NOW))).rejects.toThrow(code("BACKUP_DAMAGED"));
    }
    writeFileSync(out, bytes.subarray(0, bytes.length - 100));
    await expect(bring(open(NOW))).rejects.toThrow(code("BACKUP_DAMAGED"));
  });

  const WRITES = new Set([
    "append",
    "truncate",
    "rewind",
    "createCollection",
    "createIndex",
    "update",
    "changeAliases",
  ]);

  /** A port whose writes go through `around`. */
  function wrapped<T extends object>(port: T, around: (write: () => Promise<unknown>) => Promise<unknown>): T {
    return new Proxy(port, {
      get(from, name) {
        const method = Reflect.get(from, name) as unknown;
        if (typeof method !== "function") return method;
        const call = (given: unknown[]) => (method as (...given: unknown[]) => Promise<unknown>).apply(from, given);
        return (...given: unknown[]) => (WRITES.has(String(name)) ? around(() => call(given)) : call(given));
      },
    });
  }

  it.each(["before", "after"] as const)("goes on where it was killed, %s any of its writes", async (when) => {
    const source = await filled();
    await save(source);
    const was = await contentOf(source);
    let deaths = 0;
    for (let at = 1; ; at++) {
      let writes = 0;
      const target = open(NOW);
      const mortal = async (write: () => Promise<unknown>) => {
        const dies = ++writes === at;
        if (dies && when === "before") throw new Error("killed");
        const result = await write();
        // Nobody hears that it was done.
        if (dies) throw new Error("killed");
        return result;
      };
      const done = await bring({ streams: wrapped(target.streams, mortal), api: wrapped(target.api, mortal) }).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe("killed");
          return false;
        },
      );
      if (done) break;
      deaths += 1;
      await bring(target).catch((error: Error) => {
        // The very last write was done: nothing is left to do.
        expect(error.message).toMatch(/is restored into a pipeline that is empty/);
        expect(when).toBe("after");
      });
      expect(await contentOf(target)).toEqual(was);
      await checkRestored(target.streams, NAME);
    }
    expect(deaths).toBeGreaterThan(20);
  });

  it("sees that a record was written twice, and goes no further", async () => {
    await save(await filled());
    for (const which of [1, 8]) {
      const target = open(NOW);
      let writes = 0;
      const doubled = async (write: () => Promise<unknown>) => {
        if (++writes === which) await write();
        return write();
      };
      const streams = new Proxy(target.streams, {
        get: (from, name) =>
          name === "append"
            ? (...given: Parameters<Streams["append"]>) => doubled(() => from.append(...given))
            : (Reflect.get(from, name) as (...given: unknown[]) => unknown).bind(from),
      });
      await expect(bring({ streams, api: target.api })).rejects.toThrow(code("LOG_GAP"));
      await expect(bring(target)).rejects.toThrow(code("LOG_GAP"));
      await expect(checkRestored(target.streams, NAME)).rejects.toThrow(code("RESTORE_UNFINISHED"));
    }
  });
});
