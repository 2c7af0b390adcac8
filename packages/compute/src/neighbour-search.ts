import { encodeGraph } from "./graph.ts";
import { createGraphSession } from "./graph-session.ts";

/** Points as rows of a dense matrix: count × width, row by row. */
export interface Points {
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
}

export type NeighbourMetric = "euclidean" | "cosine";

/** Row i holds the k nearest of point i, nearest first, the lower index first among equals. */
export interface Neighbours {
  /** count × k */
  readonly indices: Int32Array;
  /** count × k: the Euclidean distance, or 1 − cosine (1 where a row is all zeros, as scikit-learn has it). */
  readonly distances: Float32Array;
}

export interface NeighbourSearch {
  /**
   * The k nearest references of each query. With `ownFrom`, query i is reference ownFrom + i and not its own neighbour.
   * It holds the calling thread, and as many scores as there are queries × references.
   *
   * @throws RangeError where the length doesn't fit
   */
  nearest(queries: Points, options?: { readonly ownFrom?: number }): Promise<Neighbours>;
  close(): Promise<void>;
}

/**
 * More candidates than asked for, since the product's order is that of f32: a neighbour is missed only where rounding (about
 * 1e-7 of the squared norm about the mean) puts more than so many others before it, all of them as near but for that rounding.
 */
const SPARE = 8;

/**
 * Exact neighbours by comparing all with all: a matrix product and a TopK in ONNX Runtime, then the distances of what they found
 * once more in f64, from differences.
 *
 * @param options.threads of the matrix product; ONNX Runtime's own choice where it is not given
 * @throws RangeError where the length doesn't fit, or there are fewer than k references
 */
export async function createNeighbourSearch(
  references: Points,
  k: number,
  metric: NeighbourMetric,
  { threads }: { readonly threads?: number } = {},
): Promise<NeighbourSearch> {
  checkLength(references);
  const { count, width } = references;
  if (!(k >= 1 && k <= count)) throw new RangeError(`${count} points have no ${k} neighbours each`);
  const ranks = Math.min(count, k + 1 + SPARE);
  const prepare = metric === "euclidean" ? aboutMean(meanOf(references)) : unitRows;
  const points = prepare(references);
  const bias = metric === "euclidean" ? halfNorms({ ...references, values: points }) : new Float32Array(count);
  const measure = metric === "euclidean" ? euclideanTo(references) : cosineTo(references);
  const session = await createGraphSession(encodeSearch(width), { threads });
  return {
    async nearest(queries, { ownFrom } = {}) {
      checkLength(queries);
      const { candidates } = await session.run({
        queries: { data: prepare(queries), dims: [queries.count, width] },
        points: { data: points, dims: [count, width] },
        bias: { data: bias, dims: [count] },
        ranks: { data: BigInt64Array.of(BigInt(ranks)), dims: [1] },
      });
      return refine(candidates!.data as BigInt64Array, {
        k,
        ranks,
        count: queries.count,
        measure: measure(queries),
        ownFrom: ownFrom ?? Number.NEGATIVE_INFINITY,
      });
    },
    close: () => session.close(),
  };
}

function checkLength({ values, count, width }: Points): void {
  if (values.length !== count * width) throw new RangeError(`${values.length} numbers are not ${count} × ${width}`);
}

/** The order of ‖x − p‖² for a given x is that of x·p − ‖p‖²/2, highest first; of the cosine, that of x·p for unit rows. */
function encodeSearch(width: number): Uint8Array {
  return encodeGraph({
    name: "neighbours",
    inputs: [
      { name: "queries", type: "float32", shape: ["m", width] },
      { name: "points", type: "float32", shape: ["n", width] },
      { name: "bias", type: "float32", shape: ["n"] },
      { name: "ranks", type: "int64", shape: [1] },
    ],
    outputs: [{ name: "candidates", type: "int64", shape: ["m", "ranks"] }],
    nodes: [
      { op: "Gemm", inputs: ["queries", "points", "bias"], outputs: ["scores"], attributes: { transB: 1 } },
      {
        op: "TopK",
        inputs: ["scores", "ranks"],
        outputs: ["best", "candidates"],
        attributes: { axis: 1, largest: 1, sorted: 1 },
      },
    ],
  });
}

/** Distances don't change by a shift; about the mean the norms are smallest, and so is what the product rounds away. */
function aboutMean(mean: Float64Array): (points: Points) => Float32Array {
  return ({ values, count, width }) => {
    const shifted = new Float32Array(values.length);
    for (let row = 0, at = 0; row < count; row++) {
      for (let column = 0; column < width; column++, at++) shifted[at] = values[at]! - mean[column]!;
    }
    return shifted;
  };
}

function meanOf({ values, count, width }: Points): Float64Array {
  const mean = new Float64Array(width);
  for (let at = 0; at < values.length; at++) mean[at % width]! += values[at]!;
  return mean.map((sum) => sum / count);
}

function unitRows(points: Points): Float32Array {
  const { values, width } = points;
  const norms = squaredNorms(points).map(Math.sqrt);
  const unit = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) unit[at] = values[at]! / (norms[Math.floor(at / width)]! || 1);
  return unit;
}

function halfNorms(points: Points): Float32Array {
  return Float32Array.from(squaredNorms(points), (norm) => -norm / 2);
}

function squaredNorms({ values, count, width }: Points): Float64Array {
  const norms = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    for (let at = row * width; at < (row + 1) * width; at++) norms[row]! += values[at]! ** 2;
  }
  return norms;
}

/** The distance from query a to reference b. */
type Measure = (a: number, b: number) => number;

function euclideanTo({ values: references, width }: Points): (queries: Points) => Measure {
  return ({ values }) =>
    (a, b) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (values[a * width + i]! - references[b * width + i]!) ** 2;
      return Math.sqrt(sum);
    };
}

function cosineTo(points: Points): (queries: Points) => Measure {
  const { values: references, width } = points;
  const norms = squaredNorms(points);
  return (queries) => {
    const { values } = queries;
    const own = squaredNorms(queries);
    return (a, b) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += values[a * width + i]! * references[b * width + i]!;
      // The root of the product, not the product of roots: so the distance of duplicates is 0 to the bit.
      return Math.max(0, 1 - sum / (Math.sqrt(own[a]! * norms[b]!) || 1));
    };
  };
}

interface Refinement {
  readonly count: number;
  readonly k: number;
  /** Candidates of each query. */
  readonly ranks: number;
  readonly measure: Measure;
  readonly ownFrom: number;
}

/** Measures each query's candidates in f64, sorts them, and keeps the k nearest. */
function refine(candidates: BigInt64Array, { count, k, ranks, measure, ownFrom }: Refinement): Neighbours {
  const indices = new Int32Array(count * k);
  const distances = new Float32Array(count * k);
  const nearest = new Int32Array(ranks);
  const measured = new Float64Array(ranks);
  for (let row = 0; row < count; row++) {
    let size = 0;
    for (let rank = 0; rank < ranks; rank++) {
      const index = Number(candidates[row * ranks + rank]);
      if (index === ownFrom + row) continue;
      const distance = measure(row, index);
      // They come almost sorted, so that insertion is quick.
      let place = size++;
      for (; place > 0; place--) {
        const before = measured[place - 1]!;
        if (before < distance || (before === distance && nearest[place - 1]! < index)) break;
        measured[place] = before;
        nearest[place] = nearest[place - 1]!;
      }
      measured[place] = distance;
      nearest[place] = index;
    }
    indices.set(nearest.subarray(0, k), row * k);
    distances.set(measured.subarray(0, k), row * k);
  }
  return { indices, distances };
}
