/** Headers of the chain (decimal integers) and of Eddy's own records. */
export const chainHeaders = {
  /** Partition of the record that this one was made from. */
  origin: "eddy-origin",
  /** Offset of that record. */
  source: "eddy-source",
  /** `source` of the record before this one, of the same origin and output partition; -1: none. */
  previous: "eddy-previous",
} as const;

/** Version of a deletion in `assignments`, whose value is null. */
export const VERSION_HEADER = "eddy-version";
