/** `GET /v1/map?since=REVISION`: the points of the map, as columns. */
export interface MapAnswer {
  /** null: there are too few documents yet. */
  readonly layout: {
    readonly id: string;
    readonly method: "pca" | "umap";
    /** Documents. */
    readonly fitted_on: number;
    /** RFC 3339. */
    readonly made_at: string;
  } | null;
  /** To be given back as `since`. */
  readonly revision: number;
  /** true: all of the map; false: what changed since. */
  readonly full: boolean;
  /** Living documents. */
  readonly documents: number;
  /** Points on the map: fewer where it is a uniform sample. */
  readonly shown: number;
  /** What `points.cluster` indexes. */
  readonly clusters: readonly string[];
  readonly points: {
    readonly id: readonly string[];
    /** Within about −1 to 1, as `y`. */
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly cluster: readonly number[];
    readonly title: readonly string[];
  };
  /** Ids. */
  readonly removed: readonly string[];
}
