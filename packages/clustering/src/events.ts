/** The events of the model log, as the fold reads them. Vectors are f32, `dimensions` wide. */
export type Metric = "spherical" | "euclidean";

export interface EventHead {
  /** The appending process and its own count. */
  readonly worker: string;
  readonly sequence: number;
  readonly atMs: number;
  /** Structure epoch that it was made in. */
  readonly epoch: number;
}

export interface Founded {
  readonly type: "founded";
  readonly uuid: string;
  readonly metric: Metric;
  readonly dimensions: number;
  readonly model: string;
  readonly modelRevision: string;
  /** Decay; at most one above 0, neither: the classic 1/n. */
  readonly halfLifeDocuments: number;
  readonly halfLifeMs: number;
}

export interface Sampled {
  readonly type: "sampled";
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** count × dimensions. */
  readonly vectors: Float32Array;
}

export interface Centre {
  /** Mean of the cluster's vectors (spherical: not renormalised). */
  readonly vector: Float32Array;
  /** Documents that it counts as. */
  readonly weight: number;
}

export interface KChoice {
  readonly automatic: boolean;
  readonly chosen: number;
  readonly score: number;
  readonly runnerUp: number;
  readonly runnerUpScore: number;
  /** false: no number of clusters stands out. */
  readonly clear: boolean;
}

export interface Seeded {
  readonly type: "seeded";
  readonly centres: readonly Centre[];
  readonly sampleSize: number;
  readonly choice: KChoice;
}

export interface Touched {
  readonly cluster: number;
  readonly added: number;
  readonly removed: number;
  /** Σ of the vectors added less the decayed ones removed. */
  readonly sum: Float32Array;
  readonly sumSquares: number;
  /** Decayed weight of the removed. */
  readonly removedWeight: number;
}

export interface Delta {
  readonly type: "delta";
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly done: number;
  readonly assignedWith: number;
  /** Per record: its source less `from`; its cluster, 0 where it is deleted or replaced within the batch. */
  readonly sources: readonly number[];
  readonly clusters: readonly number[];
  readonly touched: readonly Touched[];
}

export interface Refit {
  /** 0: new. */
  readonly cluster: number;
  readonly centre: Centre;
  /** Clusters that this one replaces. */
  readonly absorbs: readonly number[];
}

export interface Refitted {
  readonly type: "refitted";
  readonly clusters: readonly Refit[];
  readonly sampleSize: number;
  readonly choice: KChoice;
}

export interface Renamed {
  readonly type: "renamed";
  readonly cluster: number;
  readonly name: string;
}

export interface Skipped {
  readonly type: "skipped";
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export type ModelEvent = EventHead & (Founded | Sampled | Seeded | Delta | Refitted | Renamed | Skipped);
export type EventBody = Founded | Sampled | Seeded | Delta | Refitted | Renamed | Skipped;
