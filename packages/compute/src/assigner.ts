import { encodeAssignGraph, type Metric } from "./assign-graph.ts";
import { createGraphSession } from "./graph-session.ts";

export type { Metric } from "./assign-graph.ts";

export interface AssignerOptions {
  readonly metric: Metric;
  /** Width of points and centres. */
  readonly dimensions: number;
  /** Threads of the matrix product; ONNX Runtime's own choice where it is not given. */
  readonly threads?: number;
}

export type Points = Float32Array | readonly Float32Array[];

/** One entry a point, in order. */
export interface Assignments {
  /** Row of the nearest centre; the lowest of equals (as f32 has them: a sum may differ in its last bit by its tile). */
  readonly nearest: Int32Array;
  /** 1 − cosine, or the Euclidean distance; never below zero. */
  readonly distance: Float32Array;
  /** Distance to the second nearest centre less `distance`; 0 where there is one centre only. */
  readonly margin: Float32Array;
}

export interface Assigner {
  /**
   * @param points count × dimensions, row by row, or the rows; unit vectors when spherical
   * @param centres k × dimensions, row by row; unit vectors when spherical
   * @throws RangeError where a length doesn't fit, or there are points and no centre
   */
  assign(points: Points, centres: Float32Array, count: number, k: number): Promise<Assignments>;
  close(): Promise<void>;
}

export async function createAssigner({ metric, dimensions, threads }: AssignerOptions): Promise<Assigner> {
  const session = await createGraphSession(encodeAssignGraph(metric, dimensions), { threads });
  const matrices = createMatrices(dimensions);
  return {
    async assign(points, centres, count, k) {
      if (points instanceof Float32Array) checkLength("points", points.length, count, dimensions);
      else checkRows(points, count, dimensions);
      checkLength("centres", centres.length, k, dimensions);
      if (count === 0) return emptyAssignments(0);
      if (k === 0) throw new RangeError(`${count} points and no centre to assign them to`);
      const ranks = Math.min(2, k);
      const run = (data: Float32Array) =>
        session.run({
          points: { data, dims: [count, dimensions] },
          centres: { data: centres, dims: [k, dimensions] },
          ranks: { data: BigInt64Array.of(BigInt(ranks)), dims: [1] },
        });
      const { distances, indices } = await (points instanceof Float32Array ? run(points) : matrices.with(points, run));
      return readRanks(distances!.data as Float32Array, indices!.data as BigInt64Array, count, ranks);
    },
    close: () => session.close(),
  };
}

/** Rows as one matrix, in memory that is used again: a new one of megabytes for each batch costs more than to fill it. */
function createMatrices(dimensions: number) {
  const spare: Float32Array[] = [];
  return {
    async with<T>(rows: readonly Float32Array[], use: (matrix: Float32Array) => Promise<T>): Promise<T> {
      const length = rows.length * dimensions;
      let matrix = spare.pop();
      if (!matrix || matrix.length < length) matrix = new Float32Array(length);
      for (let row = 0; row < rows.length; row++) matrix.set(rows[row]!, row * dimensions);
      try {
        return await use(matrix.subarray(0, length));
      } finally {
        spare.push(matrix);
      }
    },
  };
}

function checkRows(rows: readonly Float32Array[], count: number, dimensions: number): void {
  if (rows.length !== count) throw new RangeError(`points: ${rows.length} rows, not ${count}`);
  const wrong = rows.findIndex(({ length }) => length !== dimensions);
  if (wrong >= 0) throw new RangeError(`points: row ${wrong} has ${rows[wrong]!.length} numbers, not ${dimensions}`);
}

function emptyAssignments(count: number): Assignments {
  return { nearest: new Int32Array(count), distance: new Float32Array(count), margin: new Float32Array(count) };
}

function readRanks(distances: Float32Array, indices: BigInt64Array, count: number, ranks: number): Assignments {
  const { nearest, distance, margin } = emptyAssignments(count);
  for (let point = 0; point < count; point++) {
    const first = point * ranks;
    nearest[point] = Number(indices[first]);
    distance[point] = distances[first]!;
    if (ranks === 2) margin[point] = distances[first + 1]! - distances[first]!;
  }
  return { nearest, distance, margin };
}

function checkLength(what: string, length: number, rows: number, dimensions: number): void {
  if (length !== rows * dimensions) {
    throw new RangeError(`${what}: ${length} numbers are not ${rows} rows of ${dimensions}`);
  }
}
