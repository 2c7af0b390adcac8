import { pointIdOf } from "@eddy/vectors/point-id";

/**
 * The documents that the map shows: the first `capacity` in the order of their points' ids, which are hashes of the document ids, and
 * which the store pages by. So it is a uniform sample, the same one for as long as the documents are, and whether a document is in it
 * is known from its id alone.
 */
export interface Sample {
  has(documentId: string): boolean;
  /** The document is the last one. */
  endAfter(documentId: string): void;
  /** Narrows the sample to the first `capacity` of these; returns those that are out. */
  narrow(documentIds: Iterable<string>): readonly string[];
}

export function createSample(capacity: number): Sample {
  /** The last point id; undefined: all are in. */
  let last: string | undefined;
  return {
    has: (documentId) => last === undefined || pointIdOf(documentId) <= last,
    endAfter(documentId) {
      last = pointIdOf(documentId);
    },
    narrow(documentIds) {
      const sorted = [...documentIds].map((id) => ({ id, point: pointIdOf(id) }));
      sorted.sort((a, b) => (a.point < b.point ? -1 : 1));
      last = sorted[capacity - 1]?.point ?? last;
      return sorted.slice(capacity).map(({ id }) => id);
    },
  };
}
