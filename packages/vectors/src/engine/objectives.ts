import { type Examples, listOf, pairsOf } from "./examples.ts";
import { badFormat, isObject, wrongInput } from "./refusal.ts";
import type { Objective } from "./search.ts";
import type { StoredVector } from "./slab.ts";

/** The objectives of Qdrant's recommend, discover and context queries (lib/segment/src/vector_storage/query of its sources). */

/** From −1 to 1; and from 0 to 1. */
const squash = (x: number) => x / (1 + Math.abs(x));
const share = (x: number) => 0.5 * (squash(x) + 1);
const F32_EPSILON = 2 ** -23;

const STRATEGIES = ["average_vector", "best_score", "sum_scores"];

export function recommendation(input: unknown, examples: Examples): Objective {
  if (!isObject(input)) throw badFormat("data did not match any variant of untagged enum QueryInterface");
  const strategy = input.strategy ?? "average_vector";
  if (!STRATEGIES.includes(String(strategy)))
    throw badFormat("data did not match any variant of untagged enum QueryInterface");
  const positive = listOf(input.positive).map(examples.read);
  const negative = listOf(input.negative).map(examples.read);
  if (strategy === "average_vector") {
    if (positive.length === 0) throw wrongInput("At least one positive vector ID required with this strategy");
    return { examples: [examples.read(awayFrom(positive, negative))] };
  }
  if (positive.length + negative.length === 0)
    throw wrongInput("At least one positive or negative vector ID required with this strategy");
  const indexes = [...positive, ...negative].map((_, i) => i);
  const [to, from] = [indexes.slice(0, positive.length), indexes.slice(positive.length)];
  return {
    examples: [...positive, ...negative],
    score(similarityTo) {
      if (strategy === "sum_scores") return total(to, similarityTo) - total(from, similarityTo);
      const nearest = Math.max(...to.map(similarityTo));
      const furthest = Math.max(...from.map(similarityTo));
      return nearest > furthest ? share(nearest) : -share(furthest);
    },
  };
}

const total = (list: readonly number[], of: (one: number) => number) => list.reduce((sum, one) => sum + of(one), 0);

/** How many pairs have it on their positive side, and how near it is to the target. */
export function discovery(input: unknown, examples: Examples): Objective {
  if (!isObject(input)) throw badFormat("data did not match any variant of untagged enum QueryInterface");
  const pairs = pairsOf(input.context);
  return {
    examples: [input.target, ...pairs.flatMap(({ positive, negative }) => [positive, negative])].map(examples.read),
    score(similarityTo) {
      const side = (_: unknown, i: number) => Math.sign(similarityTo(2 * i + 1) - similarityTo(2 * i + 2));
      return pairs.map(side).reduce((sum, one) => sum + one, 0) + share(similarityTo(0));
    },
  };
}

/** A loss for each pair that has it on its negative side; 0 is best. */
export function contextual(input: unknown, examples: Examples): Objective {
  const pairs = pairsOf(input);
  return {
    examples: pairs.flatMap(({ positive, negative }) => [positive, negative]).map(examples.read),
    score: (similarityTo) =>
      pairs.reduce((sum, _, i) => {
        const difference = similarityTo(2 * i) - similarityTo(2 * i + 1) - F32_EPSILON;
        return sum + squash(Math.min(difference, 0));
      }, 0),
  };
}

/** The mean of the positives, moved away from the mean of the negatives by as much. */
function awayFrom(positive: readonly StoredVector[], negative: readonly StoredVector[]): StoredVector {
  const to = mean(positive);
  if (negative.length === 0) return to;
  return sum([to, to, scaled(mean(negative), -1)]);
}

const mean = (vectors: readonly StoredVector[]) => scaled(sum(vectors), 1 / vectors.length);

function scaled(vector: StoredVector, by: number): StoredVector {
  if (vector instanceof Float32Array) return vector.map((value) => value * by);
  return { indices: vector.indices, values: vector.values.map((value) => value * by) };
}

function sum(vectors: readonly StoredVector[]): StoredVector {
  const [first] = vectors;
  if (first instanceof Float32Array) {
    const dense = vectors as readonly Float32Array[];
    return first.map((_, i) => dense.reduce((all, vector) => all + vector[i]!, 0));
  }
  const values = new Map<number, number>();
  for (const vector of vectors) {
    if (vector instanceof Float32Array) continue;
    for (const [i, index] of vector.indices.entries()) values.set(index, (values.get(index) ?? 0) + vector.values[i]!);
  }
  return { indices: [...values.keys()], values: [...values.values()] };
}
