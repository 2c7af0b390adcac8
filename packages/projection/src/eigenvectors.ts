/**
 * The leading eigenvectors of a symmetric operator that is only known by its products: Lanczos with thick restarts (Wu and
 * Simon, "Thick-restart Lanczos method for large symmetric eigenvalue problems", SIAM J. Matrix Anal. Appl. 22, 2000), what
 * ARPACK's `eigsh(which="LA")` does.
 *
 * 1. The basis is kept orthonormal to rounding: each new vector is orthogonalised against all of it, twice where the first
 *    pass took most of it away.
 * 2. `projected` is basisᵀ · A · basis at all times, so that a restart needs no formula of its own.
 * 3. Where the basis spans an invariant subspace, it goes on from a random vector: equal eigenvalues are all found.
 */
import type { Random } from "@eddy/runtime/random";
import { EigenvalueDecomposition } from "ml-matrix";

export interface SymmetricOperator {
  readonly size: number;
  /** into = A · x */
  multiply(x: Float64Array, into: Float64Array): void;
}

export interface EigenOptions {
  /** For the start vector and for going on from an invariant subspace. */
  readonly random: Random;
  /** Largest norm of A · v − λ · v, relative to the largest |λ|. */
  readonly tolerance?: number;
  /** Largest number of vectors held; ARPACK's own choice, 2 · count + 1 and at least 20, is the least. */
  readonly basis?: number;
  /** Restarts after which the best approximation is returned. */
  readonly restarts?: number;
}

export interface Eigenvectors {
  /** Largest first. */
  readonly values: Float64Array;
  /** Of length 1, in the order of `values`; the largest entry by size is positive. */
  readonly vectors: readonly Float64Array[];
  readonly converged: boolean;
}

const TOLERANCE = 1e-10;
const RESTARTS = 300;

/** @throws RangeError where more eigenvectors are asked for than there are */
export function leadingEigenvectors(
  operator: SymmetricOperator,
  count: number,
  { random, tolerance = TOLERANCE, basis: room = 0, restarts = RESTARTS }: EigenOptions,
): Eigenvectors {
  const { size } = operator;
  if (!(count >= 1 && count <= size)) throw new RangeError(`${count} eigenvectors of ${size}`);
  const most = Math.min(size, Math.max(20, 2 * count + 1, room));
  const projected = Array.from({ length: most }, () => new Float64Array(most));
  const next = new Float64Array(size);
  let basis: Float64Array[] = [randomUnit(size, [], random)];
  for (let restart = 0; ; restart++) {
    let left = 0;
    for (let column = basis.length - 1; column < most; column++) {
      operator.multiply(basis[column]!, next);
      left = orthogonalise(next, basis, (row, share) => {
        projected[row]![column]! += share;
        if (row !== column) projected[column]![row]! += share;
      });
      if (basis.length === size) break;
      basis.push(left > 0 ? next.map((value) => value / left) : randomUnit(size, basis, random));
    }
    const { values, weights } = decompose(projected);
    const leading = Array.from({ length: most }, (_, rank) => most - 1 - rank);
    const scale = Math.max(Math.abs(values[0]!), Math.abs(values[most - 1]!)) || 1;
    const worst = Math.max(...leading.slice(0, count).map((at) => Math.abs(left * weights[most - 1]![at]!)));
    const converged = most === size || worst <= tolerance * scale;
    // A few more than are asked for are kept: the next ones are what the wanted ones must be told from.
    const keep = converged || restart === restarts ? count : Math.min(most - 1, count + Math.ceil((most - count) / 3));
    const kept = leading.slice(0, keep).map((at) => combine(basis.slice(0, most), weights, at));
    if (keep === count && (converged || restart === restarts)) {
      return {
        values: Float64Array.from(leading.slice(0, count), (at) => values[at]!),
        vectors: kept.map(withFixedSign),
        converged,
      };
    }
    for (const row of projected) row.fill(0);
    for (let rank = 0; rank < keep; rank++) projected[rank]![rank] = values[leading[rank]!]!;
    basis = [...kept, basis[most]!];
  }
}

/**
 * Takes from `vector` what lies in the span of `basis`, and tells each share that it had.
 * @returns the length of what is left; 0 where that is only rounding
 */
function orthogonalise(
  vector: Float64Array,
  basis: readonly Float64Array[],
  tell: (row: number, share: number) => void,
): number {
  const before = norm(vector);
  let left = before;
  for (let pass = 0; pass < 2; pass++) {
    const was = left;
    for (const [row, direction] of basis.entries()) {
      const share = dot(direction, vector);
      tell(row, share);
      for (let i = 0; i < vector.length; i++) vector[i]! -= share * direction[i]!;
    }
    left = norm(vector);
    if (left > 0.7 * was) break;
  }
  return left > 1e-14 * before ? left : 0;
}

function decompose(projected: readonly Float64Array[]) {
  const { realEigenvalues: values, eigenvectorMatrix } = new EigenvalueDecomposition(
    projected.map((row) => [...row]),
    { assumeSymmetric: true },
  );
  return { values, weights: eigenvectorMatrix.to2DArray() };
}

function combine(basis: readonly Float64Array[], weights: readonly number[][], at: number): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  for (const [row, vector] of basis.entries()) {
    const weight = weights[row]![at]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!;
  }
  return sum;
}

function withFixedSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function randomUnit(size: number, basis: readonly Float64Array[], random: Random): Float64Array {
  const vector = Float64Array.from({ length: size }, () => random.next() - 0.5);
  const left = orthogonalise(vector, basis, () => {});
  return vector.map((value) => value / left);
}

function dot(a: Float64Array, b: Float64Array): number {
  let [even, odd] = [0, 0];
  const pairs = a.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even += a[i]! * b[i]!;
    odd += a[i + 1]! * b[i + 1]!;
  }
  return even + odd + (pairs < a.length ? a[pairs]! * b[pairs]! : 0);
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
