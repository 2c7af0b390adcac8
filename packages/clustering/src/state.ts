import type { Founded, KChoice, Sampled } from "./events.ts";

/** The model: what the fold of the model log has made. Every replica holds the same, bit for bit. */
export interface ModelState {
  /** Offset of the last event; -1 before any. */
  version: number;
  founded: Founded | undefined;
  /** +1 with each change of structure. */
  epoch: number;
  /** Version of the last change of structure: points assigned with an older one are stale. */
  structuredAt: number;
  nextCluster: number;
  /** Documents ever counted. */
  documents: number;
  /** The decay clock: documents counted, or milliseconds. */
  clock: number;
  /** Documents at which the young model is seeded again; 0: grown up. */
  nextRefit: number;
  seedSample: number;
  choice: KChoice | undefined;
  /** Living and retired, by id. */
  readonly clusters: Map<number, Cluster>;
  readonly partitions: Map<number, PartitionState>;
  /** Documents read for the first seed; emptied by it. */
  sampled: Sampled[];
  /** Events that did not count, by reason. */
  readonly refused: Map<Refusal, number>;
}

export interface Cluster {
  readonly id: number;
  /** S: decayed sum of vectors, in f64. */
  readonly sum: Float64Array;
  /** v: decayed weight. */
  weight: number;
  sumSquares: number;
  /** Living documents that are counted in it, exactly. */
  count: number;
  /** Clock of the last decay of `sum` and `weight`. */
  decayedAt: number;
  name: string;
  /** Version that it was born at. */
  readonly bornAt: number;
  /** The cluster that replaced it; 0 while it lives. */
  heir: number;
}

export interface PartitionState {
  /** Source of the last record counted. */
  applied: number | undefined;
  /** Source up to which points are known to be durable. */
  done: number;
  /** Source of the last record sampled for the first seed. */
  sampled: number | undefined;
  /** Offsets of the input that a person gave up: at most so many documents. */
  skipped: number;
  /** Taken deltas after `done`, oldest first. */
  ranges: TakenRange[];
}

/** What is kept of a Delta until its points are durable: enough to write them again. */
export interface TakenRange {
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly assignedWith: number;
  /** The decay clock after it: `counted_at` of its points. */
  readonly clock: number;
  readonly sources: readonly number[];
  readonly clusters: readonly number[];
}

/** Why an event did not count. */
export type Refusal = "invalid" | "epoch" | "range" | "late";

export function emptyState(): ModelState {
  return {
    version: -1,
    founded: undefined,
    epoch: 0,
    structuredAt: -1,
    nextCluster: 1,
    documents: 0,
    clock: 0,
    nextRefit: 0,
    seedSample: 0,
    choice: undefined,
    clusters: new Map(),
    partitions: new Map(),
    sampled: [],
    refused: new Map(),
  };
}

export function partitionState(state: ModelState, partition: number): PartitionState {
  let found = state.partitions.get(partition);
  if (!found)
    state.partitions.set(
      partition,
      (found = { applied: undefined, done: -1, sampled: undefined, skipped: 0, ranges: [] }),
    );
  return found;
}

/**
 * Where a reader of a partition goes on that has written all up to source `applied` (undefined: it doesn't know): before the
 * next Delta that is kept to be written again, or after all that is counted. What is between is durable, or was skipped.
 */
export function resumeAfter(state: ModelState, partition: number, applied: number | undefined): number | undefined {
  const known = state.partitions.get(partition);
  if (known?.applied === undefined || (applied !== undefined && applied >= known.applied)) return applied;
  const next = known.ranges.find(({ to }) => applied === undefined || to > applied);
  return next ? Math.max(applied ?? next.from, next.from) : known.applied;
}

/** The clusters that take documents, by id. */
export function livingClusters(state: ModelState): Cluster[] {
  return [...state.clusters.values()].filter(({ heir }) => heir === 0).sort((a, b) => a.id - b.id);
}

/** The living cluster that stands for `id` by now; undefined: unknown. */
export function heirOf(state: ModelState, id: number): Cluster | undefined {
  let cluster = state.clusters.get(id);
  while (cluster && cluster.heir !== 0) cluster = state.clusters.get(cluster.heir);
  return cluster;
}

export function isSeeded(state: ModelState): boolean {
  return state.clusters.size > 0;
}
