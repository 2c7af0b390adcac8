import type { Points } from "@eddy/compute/neighbour-search";
import { createRandom } from "@eddy/runtime/random";
import type { SparseRows } from "@eddy/text/sparse-rows";
import { leadingEigenvectors } from "./eigenvectors.ts";

export interface PcaOptions {
  /** Of the start vector: the result differs by rounding only. */
  readonly seed?: number;
}

export interface Pca {
  /** count × components: the rows less the mean, in the directions of `components`. */
  readonly values: Float32Array;
  /** components × width: unit vectors, the largest entry by size positive, as scikit-learn turns them. */
  readonly components: Float64Array;
  /** Of each column. */
  readonly mean: Float64Array;
  /** The share of the whole variance that lies in each component, largest first (`explained_variance_ratio_`). */
  readonly explained: Float64Array;
}

type Dense = Omit<Points, "values"> & { readonly values: Float32Array | Float64Array };

/** What PCA asks of a matrix: products, so that rows that are mostly zeros are never made dense, not even to take off the mean. */
interface Matrix {
  readonly count: number;
  readonly width: number;
  /** into[row] = Σ x[row, column] · vector[column] */
  times(vector: Float64Array, into: Float64Array): void;
  /** into[column] = Σ x[row, column] · vector[row] */
  transposedTimes(vector: Float64Array, into: Float64Array): void;
  /** Σ x² over all. */
  squares(): number;
}

const TOLERANCE = 1e-9;

/** Up to here the covariance of dense rows is formed, for it is multiplied with some hundred times; beyond, its rows are. */
const WIDEST_COVARIANCE = 1024;

/**
 * Principal components (Pearson 1901), exact: the leading eigenvectors of the covariance by Lanczos, in f64. What scikit-learn
 * does with `svd_solver="arpack"`, its choice for sparse rows.
 *
 * @param rows dense or sparse
 * @throws RangeError where more components are asked for than there are columns, or rows less one
 */
export function pca(rows: Points | SparseRows, components: number, { seed = 0 }: PcaOptions = {}): Pca {
  const { count, width } = rows;
  if (!(components >= 1 && components <= Math.min(width, count - 1))) {
    throw new RangeError(`${components} principal components of ${count} rows and ${width} columns`);
  }
  const matrix = "starts" in rows ? sparseMatrix(rows) : denseMatrix(rows);
  const mean = new Float64Array(width);
  matrix.transposedTimes(new Float64Array(count).fill(1 / count), mean);
  const inRows = new Float64Array(count);
  const project = (direction: Float64Array): Float64Array => {
    matrix.times(direction, inRows);
    const shift = dot(mean, direction);
    for (let row = 0; row < count; row++) inRows[row]! -= shift;
    return inRows;
  };
  const multiply = (direction: Float64Array, into: Float64Array): void => {
    const scores = project(direction);
    matrix.transposedTimes(scores, into);
    const total = scores.reduce((sum, value) => sum + value, 0);
    for (let column = 0; column < width; column++) {
      into[column] = (into[column]! - mean[column]! * total) / (count - 1);
    }
  };
  const small = !("starts" in rows) && width <= Math.min(WIDEST_COVARIANCE, count);
  const { values: variances, vectors } = leadingEigenvectors(
    { size: width, multiply: small ? timesSquare(covariance(rows, mean)) : multiply },
    components,
    { random: createRandom(seed), tolerance: TOLERANCE, basis: 3 * components },
  );
  const whole = (matrix.squares() - count * dot(mean, mean)) / (count - 1);
  const values = new Float32Array(count * components);
  for (const [component, direction] of vectors.entries()) {
    const scores = project(direction);
    for (let row = 0; row < count; row++) values[row * components + component] = scores[row]!;
  }
  return {
    values,
    components: Float64Array.from({ length: components * width }, (_, at) => {
      return vectors[Math.floor(at / width)]![at % width]!;
    }),
    mean,
    explained: variances.map((variance) => (whole > 0 ? Math.max(0, variance) / whole : 0)),
  };
}

/** width × width, about the mean; four rows at a time, since it is bound by the reading and writing of what it sums. */
function covariance({ values, count, width }: Points, mean: Float64Array): Float64Array {
  const sums = new Float64Array(width * width);
  const four = new Float64Array(4 * width);
  for (let first = 0; first < count; first += 4) {
    four.fill(0);
    for (let at = first * width; at < Math.min(first + 4, count) * width; at++) {
      four[at - first * width] = values[at]! - mean[at % width]!;
    }
    for (let i = 0; i < width; i++) {
      const [a, b, c, d] = [four[i]!, four[width + i]!, four[2 * width + i]!, four[3 * width + i]!];
      for (let j = i, at = i * width + i; j < width; j++, at++) {
        sums[at]! += a * four[j]! + b * four[width + j]! + c * four[2 * width + j]! + d * four[3 * width + j]!;
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) sums[j * width + i] = sums[i * width + j]! /= count - 1;
  }
  return sums;
}

/** A square matrix as a dense one of as many rows. */
function timesSquare(square: Float64Array) {
  return denseMatrix({ values: square, width: Math.sqrt(square.length), count: Math.sqrt(square.length) }).times;
}

function denseMatrix({ values, count, width }: Dense): Matrix {
  return {
    count,
    width,
    times(vector, into) {
      for (let row = 0, at = 0; row < count; row++) {
        let sum = 0;
        for (let column = 0; column < width; column++, at++) sum += values[at]! * vector[column]!;
        into[row] = sum;
      }
    },
    transposedTimes(vector, into) {
      into.fill(0);
      for (let row = 0, at = 0; row < count; row++) {
        const share = vector[row]!;
        for (let column = 0; column < width; column++, at++) into[column]! += share * values[at]!;
      }
    },
    squares() {
      let sum = 0;
      for (const value of values) sum += value * value;
      return sum;
    },
  };
}

function sparseMatrix({ count, width, starts, columns, values }: SparseRows): Matrix {
  return {
    count,
    width,
    times(vector, into) {
      for (let row = 0; row < count; row++) {
        let sum = 0;
        for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += values[at]! * vector[columns[at]!]!;
        into[row] = sum;
      }
    },
    transposedTimes(vector, into) {
      into.fill(0);
      for (let row = 0; row < count; row++) {
        const share = vector[row]!;
        for (let at = starts[row]!; at < starts[row + 1]!; at++) into[columns[at]!]! += share * values[at]!;
      }
    },
    squares: () => dot(values, values),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}
