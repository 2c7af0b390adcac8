/** Headers of the chain (decimal integers) and of Eddy's own records. */
export const chainHeaders = {
  /** Partition of the record that this one was made from. */
  origin: "eddy-origin",
  /** Offset of that record. */
  source: "eddy-source",
  /** `source` of the record before this one, of the same origin and output partition; -1: none. */
  previous: "eddy-previous",
} as const;

/**
 * On a deletion in `documents`: the revision that it is meant for (`partition:offset`, as the point says). Where the document
 * has another one by then, the deletion has no effect. Travels as far as `assignments`.
 */
export const ONLY_REVISION_HEADER = "eddy-only-revision";

/** Version of a deletion in `assignments`, whose value is null. */
export const VERSION_HEADER = "eddy-version";
