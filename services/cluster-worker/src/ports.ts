import type { Refitted, Seeded } from "@eddy/clustering/events";
import type { RefitRequest, SeedRequest } from "@eddy/clustering/seed";
import type { Topics } from "@eddy/contracts/topics";
import type { Replica } from "@eddy/model/replica";
import type { Snapshots } from "@eddy/model/snapshots";
import type { Clock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import type { Tracer } from "@eddy/runtime/tracer";
import type { Streams } from "@eddy/streams/port";
import type { VectorStore } from "@eddy/vectors/port";
import type { Changes } from "./changes.ts";
import type { ClusterObserver } from "./observer.ts";

/** Nearest centre of each point; see @eddy/compute/assigner. */
export interface Assigner {
  assign(
    points: readonly Float32Array[],
    centres: Float32Array,
    count: number,
    k: number,
  ): Promise<{ nearest: Int32Array; distance: Float32Array; margin: Float32Array }>;
}

/** K-Means on a sample, off the main thread; see @eddy/model/seeder. */
export interface Seeder {
  seed(request: SeedRequest): Promise<Seeded>;
  refit(request: RefitRequest): Promise<Refitted>;
}

export interface Ports {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly store: VectorStore;
  readonly replica: Replica;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly assigner: Assigner;
  readonly seeder: Seeder;
  /** Documents that are published but have not come this far: the stream isn't idle while there are some. */
  readonly upstream: () => Promise<number>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: ClusterObserver;
  readonly tracer: Tracer;
}

export interface ClusterOptions {
  readonly group: string;
  /** 0: chosen by simplified silhouette. */
  readonly clusters: number;
  /** Documents for the first seed. */
  readonly seedSize: number;
  /** Without a new document for so long, the model is seeded with what is there. */
  readonly seedIdleMs: number;
  /** Largest batch; while the model is young it is smaller. */
  readonly maxBatch: number;
  /** Deltas taken whose points are not written yet. */
  readonly depth: number;
  /** Points of a sample that the young model is seeded from again. */
  readonly refitSample: number;
  /** Events between two snapshots of the model. */
  readonly snapshotEvery: number;
}
