import { createChanges } from "@eddy/cluster-worker/changes";
import { silentObserver as silentCluster } from "@eddy/cluster-worker/observer";
import { type ClusterWorker, createClusterWorker } from "@eddy/cluster-worker/service";
import { refitModel, seedModel } from "@eddy/clustering/seed";
import { topicSpecs, topicsOf } from "@eddy/contracts/topics";
import { createEmbedWorker } from "@eddy/embed-worker/service";
import type { Embedder } from "@eddy/embedding/port";
import { createIngest } from "@eddy/ingest/service";
import { found } from "@eddy/model/foundation";
import { openModel } from "@eddy/model/open-model";
import type { Replica } from "@eddy/model/replica";
import type { Snapshots } from "@eddy/model/snapshots";
import { groupsOf } from "@eddy/pipeline/groups";
import type { Logger } from "@eddy/runtime/logger";
import { silentTracer } from "@eddy/runtime/tracer";
import type { EmbeddedConsumer } from "@eddy/streams/embedded/embedded-consumer";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createMemoryStorage } from "@eddy/streams/embedded/memory-storage";
import type { Commit } from "@eddy/streams/port";
import { createTurns } from "@eddy/streams/turns";
import { type Points, simStore } from "./memory-store.ts";
import type { Sabotage } from "./sabotage.ts";
import { Scheduler, type SimProcess } from "./scheduler.ts";
import { simStreams } from "./sim-streams.ts";

export const DIMENSIONS = 4;
export const PIPELINE = "sim";
export const topics = topicsOf(PIPELINE);
export const groups = groupsOf(PIPELINE);
export const limits = { maxBytes: 10_000, dimensions: DIMENSIONS };

const FOUNDATION = {
  metric: "spherical",
  dimensions: DIMENSIONS,
  model: "sim",
  modelRevision: "1",
  halfLifeDocuments: 0,
  halfLifeMs: 0,
} as const;

const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLogger };

/** Words to a direction: enough to tell texts apart. */
export function vectorOf(text: string): Float32Array {
  const values = new Float32Array(DIMENSIONS);
  for (let i = 0; i < text.length; i++)
    values[(text.charCodeAt(i) * 7 + i) % DIMENSIONS]! += (text.charCodeAt(i) % 13) - 6;
  const norm = Math.hypot(...values) || 1;
  return values.map((value) => value / norm);
}

export type Kind = "ingest" | "embed-worker" | "cluster-worker";

/** Its record kills the process that embeds it. */
export const POISON = "poison";

interface Running extends SimProcess {
  readonly members: EmbeddedConsumer[];
  readonly replica?: Replica;
}

/** All services over one log and one store in memory, as processes that can be killed, replaced and turned into zombies. */
export class World {
  readonly scheduler: Scheduler;
  readonly streams: EmbeddedStreams;
  readonly points: Points = new Map();
  readonly processes = new Map<string, Running[]>();
  readonly failures: string[] = [];
  /** Replaced processes that sleep until the end. */
  readonly frozen: Running[] = [];
  /** A worker that finds records missing stops, and is no fault. */
  gapsExpected = false;
  readonly #storage = createMemoryStorage();
  readonly #forgotten = new Map<string, Commit | undefined>();
  readonly #documentPartitions: number;
  readonly #partitions: number;
  readonly #sabotage: Sabotage;
  readonly #pointRetentionMs: number;
  #count = 0;

  constructor(seed: number, partitions: number, sabotage: Sabotage = {}) {
    this.#sabotage = sabotage;
    this.scheduler = new Scheduler(seed);
    this.#partitions = partitions;
    this.#documentPartitions = 1 + ((seed >> 1) % 3);
    // In a quarter of the runs documents expire: some while others are still published.
    this.#pointRetentionMs = seed % 4 === 3 ? 500 * (1 + (seed % 7)) : 0;
    this.streams = new EmbeddedStreams({
      storage: { ...this.#storage, commits: (group, topic) => this.#known(group, topic) },
      now: () => this.scheduler.now,
    });
  }

  async open(): Promise<void> {
    await this.streams.createTopics(
      topicSpecs(topics, { documentPartitions: this.#documentPartitions, partitions: this.#partitions }),
    );
  }

  async spawn(kind: Kind): Promise<void> {
    const process: SimProcess = { name: `${kind}-${this.#count++}`, alive: true };
    const members: EmbeddedConsumer[] = [];
    const streams = simStreams(this.streams, this.scheduler, process, members, this.#sabotage);
    const fail = (error: unknown) => {
      if (!process.alive) return;
      // Its process ends; a person must act, unless it was replaced long ago.
      const isExpected = this.gapsExpected || process.replaced;
      if ((error as { code?: string }).code === "LOG_GAP" && isExpected) this.#end(running);
      else this.failures.push(`${process.name}: ${(error as Error).stack ?? error}`);
    };
    const clock = this.scheduler.clockOf(process);
    const random = this.scheduler.random;
    const common = { streams, topics, clock, random, alone: createTurns() };
    let running: Running;
    if (kind === "ingest") {
      const worker = createIngest({
        ...common,
        group: groups.ingest,
        reader: { group: groups.embed, lagLimit: 20 },
        textPartitions: this.#partitions,
        ...limits,
      });
      running = Object.assign(process, { members });
      this.#add(kind, running);
      void worker.start(fail).catch(fail);
    } else if (kind === "embed-worker") {
      const worker = createEmbedWorker({
        ...common,
        group: groups.embed,
        reader: { group: groups.cluster, lagLimit: 20 },
        embedder: this.#embedder(process),
        metric: "spherical",
      });
      running = Object.assign(process, { members });
      this.#add(kind, running);
      void worker.start(fail).catch(fail);
    } else {
      const { replica, snapshots } = openModel({ streams, topics, clock, worker: process.name });
      const worker = this.#clusterWorker(process, streams, replica, snapshots);
      running = Object.assign(process, { members, replica });
      this.#add(kind, running);
      void replica
        .start(fail)
        .then(() => found(replica, FOUNDATION))
        .then(() => worker.start(fail))
        .catch(fail);
    }
  }

  kill(kind: Kind): void {
    const victim = this.#any(kind);
    if (victim) this.#end(victim);
  }

  killAll(kind: Kind): void {
    for (const victim of [...(this.processes.get(kind) ?? [])]) this.#end(victim);
  }

  /** The group takes the process for dead, but it goes on: now, or at the very end. */
  freeze(kind: Kind): void {
    const victim = this.#any(kind);
    if (!victim) return;
    this.#forget(victim);
    victim.replaced = true;
    victim.frozen = this.scheduler.random() < 0.5;
    if (victim.frozen) this.frozen.push(victim);
  }

  wake(): void {
    for (const process of this.frozen.splice(0)) process.frozen = false;
  }

  /** The group has no commit in the partition any more. */
  forgetCommit(group: string, topic: string, partition: number): void {
    this.#forgotten.set(`${group} ${topic} ${partition}`, this.#storage.commits(group, topic).get(partition));
  }

  #any(kind: Kind): Running | undefined {
    const list = this.processes.get(kind) ?? [];
    return list[this.scheduler.pick(list.length)];
  }

  #end(victim: Running): void {
    this.scheduler.kill(victim);
    this.#forget(victim);
  }

  #forget(victim: Running): void {
    for (const [kind, list] of this.processes)
      this.processes.set(
        kind,
        list.filter((one) => one !== victim),
      );
    for (const member of victim.members) member.expelled();
  }

  #known(group: string, topic: string): Map<number, Commit> {
    const commits = this.#storage.commits(group, topic);
    for (const [partition, commit] of commits)
      if (this.#forgotten.get(`${group} ${topic} ${partition}`) === commit) commits.delete(partition);
    return commits;
  }

  /** Records that each group has still to read. */
  async lags(): Promise<string[]> {
    const pairs = [
      [groups.ingest, topics.documents],
      [groups.embed, topics.texts],
      [groups.cluster, topics.embeddings],
    ] as const;
    const found: string[] = [];
    for (const [group, topic] of pairs) {
      for (const [partition, lag] of await this.streams.lag(group, topic))
        if (lag > 0) found.push(`${group} has ${lag} of ${topic}/${partition} to read`);
    }
    return found;
  }

  /** All is read, written and committed, and no point is stale. */
  async quiet(): Promise<boolean> {
    if ((await this.lags()).length > 0) return false;
    const { end } = await this.streams.bounds(topics.modelLog, 0);
    const replicas = (this.processes.get("cluster-worker") ?? []).map(({ replica }) => replica!);
    if (replicas.length === 0 || replicas.some(({ state }) => state.version < end - 1)) return false;
    const { structuredAt } = replicas[0]!.state;
    return [...this.points.values()].every(({ payload }) => payload.deleted || payload.assigned_with >= structuredAt);
  }

  #add(kind: string, running: Running): void {
    this.processes.set(kind, [...(this.processes.get(kind) ?? []), running]);
  }

  #embedder(process: SimProcess): Embedder {
    return {
      info: {
        model: "sim",
        revision: "1",
        dimensions: DIMENSIONS,
        dtype: "fp32",
        device: "cpu",
        maxTokens: 100,
        pooling: "mean",
      },
      embed: (texts: readonly string[]) =>
        this.scheduler.step(process, async () => {
          if (texts.some((text) => text.includes(POISON))) {
            this.#end(process as Running);
            await this.spawn("embed-worker");
          }
          return texts.map((text) => ({ vector: vectorOf(text), tokens: text.length, truncated: false }));
        }),
      close: async () => {},
    } as Embedder;
  }

  #clusterWorker(
    process: SimProcess,
    streams: ReturnType<typeof simStreams>,
    replica: Replica,
    snapshots: Snapshots,
  ): ClusterWorker {
    const { scheduler } = this;
    const tools = {
      random: scheduler.random,
      assign: async (points: Float32Array, centres: Float32Array, count: number, k: number) =>
        nearest(points, centres, count, k),
    };
    return createClusterWorker(
      {
        streams,
        topics,
        store: simStore(this.points, scheduler, process, this.#sabotage),
        replica,
        snapshots,
        changes: createChanges(streams, topics.clusterEvents),
        assigner: {
          assign: async (points, ...rest) => nearest(Float32Array.from(points.flatMap((row) => [...row])), ...rest),
        },
        seeder: {
          seed: (request) => scheduler.step(process, async () => seedModel(request, tools)),
          refit: (request) => scheduler.step(process, async () => refitModel(request, tools)),
        },
        upstream: async () => 0,
        clock: scheduler.clockOf(process),
        random: scheduler.random,
        logger: silentLogger,
        observer: silentCluster,
        tracer: silentTracer,
      },
      {
        group: groups.cluster,
        clusters: 3,
        seedSize: 10,
        seedIdleMs: 500,
        maxBatch: 5,
        depth: 3,
        refitSample: 100,
        snapshotEvery: 40,
        pointRetentionMs: this.#pointRetentionMs,
        replayWindowMs: 1e9,
      },
    );
  }
}

function nearest(points: Float32Array, centres: Float32Array, count: number, k: number) {
  const result = { nearest: new Int32Array(count), distance: new Float32Array(count), margin: new Float32Array(count) };
  for (let row = 0; row < count; row++) {
    const distances = Array.from({ length: k }, (_, cluster) => {
      let dot = 0;
      for (let i = 0; i < DIMENSIONS; i++) dot += points[row * DIMENSIONS + i]! * centres[cluster * DIMENSIONS + i]!;
      return 1 - dot;
    });
    const best = distances.indexOf(Math.min(...distances));
    const others = distances.filter((_, cluster) => cluster !== best);
    result.nearest[row] = best;
    result.distance[row] = distances[best]!;
    result.margin[row] = others.length === 0 ? 0 : Math.min(...others) - distances[best]!;
  }
  return result;
}
