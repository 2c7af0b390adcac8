import type { SparseParams, SparseVector } from "../protocol.ts";
import { CHUNK, createPresence, type Slab } from "./slab.ts";

/** Sparse vectors, compared by dot product. With `modifier: idf`, a query's values are weighed by how rare their indices are. */
export function createSparseSlab({ modifier }: SparseParams): Slab {
  const vectors: (SparseVector | undefined)[] = [];
  const present = createPresence();
  /** How many vectors have an index. */
  const frequency = modifier === "idf" ? new Map<number, number>() : undefined;

  function tally(vector: SparseVector | undefined, by: 1 | -1): void {
    if (!frequency || !vector) return;
    for (const index of vector.indices) {
      const count = (frequency.get(index) ?? 0) + by;
      if (count === 0) frequency.delete(index);
      else frequency.set(index, count);
    }
  }

  /** As Qdrant's `fancy_idf`: en.wikipedia.org/wiki/Okapi_BM25, never negative. */
  function rarity(index: number): number {
    const found = frequency?.get(index) ?? 0;
    return Math.log((present.size - found + 0.5) / (found + 0.5) + 1);
  }

  return {
    nearer: 1,
    similarity: (score) => (Number.isNaN(score) ? 0 : score),
    get size() {
      return present.size;
    },
    has: present.has,
    get: (slot) => vectors[slot],
    set(slot, vector) {
      tally(vectors[slot], -1);
      while (vectors.length <= slot) vectors.push(undefined);
      vectors[slot] = vector as SparseVector;
      tally(vectors[slot], 1);
      present.add(slot);
    },
    clear(slot) {
      tally(vectors[slot], -1);
      if (slot < vectors.length) vectors[slot] = undefined;
      present.remove(slot);
    },
    bytes: (slot) => 8 * (vectors[slot]?.indices.length ?? 0),
    write(slot, into, at) {
      const { indices, values } = vectors[slot]!;
      let to = at;
      for (const index of indices) to = into.writeUInt32LE(index, to);
      for (const value of values) to = into.writeFloatLE(value, to);
    },
    weighed(query) {
      if (!frequency) return query;
      const { indices, values } = query as SparseVector;
      return { indices, values: values.map((value, i) => value * rarity(indices[i]!)) };
    },
    scorer(examples) {
      return {
        run(from, end) {
          const count = Math.min(end - from, CHUNK);
          return (examples as readonly SparseVector[]).map((example) => {
            const scores = new Float32Array(count);
            for (let i = 0; i < count; i += 1) {
              const vector = vectors[from + i];
              scores[i] = vector ? dot(vector, example) : Number.NaN;
            }
            return scores;
          });
        },
        end: () => undefined,
      };
    },
    free() {
      vectors.length = 0;
    },
  };
}

/** NaN where they have no index in common. */
function dot(a: SparseVector, b: SparseVector): number {
  let [i, j, sum, common] = [0, 0, 0, false];
  while (i < a.indices.length && j < b.indices.length) {
    const [left, right] = [a.indices[i]!, b.indices[j]!];
    if (left === right) {
      sum += a.values[i]! * b.values[j]!;
      common = true;
    }
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  return common ? sum : Number.NaN;
}
