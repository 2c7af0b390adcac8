import { createFft, type Fft } from "./fft.ts";

/** Lanes of a strip: one cache line of f64. */
export const lanes = 8;

/**
 * Two-dimensional transforms of real grids that fill no more than a corner of a `length` × `length` plane of zeros, as a
 * convolution without wrapping round wants them. A real row's spectrum is half as long: `columns` numbers say it all.
 */
export interface HalfSpectrum {
  readonly fft: Fft;
  readonly length: number;
  /** `length / 2 + 1`, rounded up to whole strips; what is past `length / 2` is zero. */
  readonly columns: number;
  /** Rows of the real `grid` (rows × rows, rows a multiple of 16) into `re`, `im` (rows × `columns`). */
  forwardRows(grid: Float64Array, rows: number, re: Float64Array, im: Float64Array): void;
  /** Back, unscaled, the first `rows` of each row, of two grids at once; side by side: `out` is rows × rows × 2. */
  inverseRows(a: Plane, b: Plane, rows: number, out: Float64Array): void;
  /** Reads strip `first` … `first + lanes − 1` of the columns, zeros below `rows`, and transforms it. */
  forwardStrip(plane: Plane, rows: number, first: number, re: Float64Array, im: Float64Array): void;
  /** Transforms a strip back, unscaled, and writes its first `rows`. */
  inverseStrip(re: Float64Array, im: Float64Array, plane: Plane, rows: number, first: number): void;
}

export interface Plane {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function createPlane(rows: number, columns: number): Plane {
  return { re: new Float64Array(rows * columns), im: new Float64Array(rows * columns) };
}

/** @param length a multiple of 32, of the form 2^a·3^b */
export function createHalfSpectrum(length: number): HalfSpectrum {
  const fft = createFft(length, lanes);
  const half = length / 2;
  const columns = Math.ceil((half + 1) / lanes) * lanes;
  const lineRe = new Float64Array(length * lanes);
  const lineIm = new Float64Array(length * lanes);

  /** Rows 2q and 2q + 1 of sixteen are the real and the imaginary part of lane q; their spectra part by symmetry. */
  function forwardRows(grid: Float64Array, rows: number, re: Float64Array, im: Float64Array) {
    for (let first = 0; first < rows; first += 2 * lanes) {
      for (let q = 0; q < lanes; q++) {
        const even = (first + 2 * q) * rows;
        for (let j = 0, to = q; j < rows; j++, to += lanes) {
          lineRe[to] = grid[even + j]!;
          lineIm[to] = grid[even + rows + j]!;
        }
      }
      lineRe.fill(0, rows * lanes);
      lineIm.fill(0, rows * lanes);
      fft.transform(lineRe, lineIm);
      for (let q = 0; q < lanes; q++) {
        const even = (first + 2 * q) * columns;
        const odd = even + columns;
        for (let k = 0; k <= half; k++) {
          const p = k * lanes + q;
          const n = (k === 0 ? 0 : length - k) * lanes + q;
          re[even + k] = (lineRe[p]! + lineRe[n]!) / 2;
          im[even + k] = (lineIm[p]! - lineIm[n]!) / 2;
          re[odd + k] = (lineIm[p]! + lineIm[n]!) / 2;
          im[odd + k] = (lineRe[n]! - lineRe[p]!) / 2;
        }
      }
    }
  }

  function inverseRows(a: Plane, b: Plane, rows: number, out: Float64Array) {
    for (let first = 0; first < rows; first += lanes) {
      for (let q = 0; q < lanes; q++) {
        const from = (first + q) * columns;
        for (let k = 0; k <= half; k++) {
          const ar = a.re[from + k]!;
          const ai = a.im[from + k]!;
          const br = b.re[from + k]!;
          const bi = b.im[from + k]!;
          const p = k * lanes + q;
          lineRe[p] = ar - bi;
          lineIm[p] = ai + br;
          if (k === 0 || k === half) continue;
          const n = (length - k) * lanes + q;
          lineRe[n] = ar + bi;
          lineIm[n] = br - ai;
        }
      }
      fft.transform(lineIm, lineRe);
      for (let q = 0; q < lanes; q++) {
        for (let j = 0, from = q, to = (first + q) * rows * 2; j < rows; j++, from += lanes, to += 2) {
          out[to] = lineRe[from]!;
          out[to + 1] = lineIm[from]!;
        }
      }
    }
  }

  function forwardStrip(plane: Plane, rows: number, first: number, re: Float64Array, im: Float64Array) {
    for (let row = 0, to = 0; row < rows; row++) {
      for (let from = row * columns + first, end = from + lanes; from < end; from++, to++) {
        re[to] = plane.re[from]!;
        im[to] = plane.im[from]!;
      }
    }
    re.fill(0, rows * lanes);
    im.fill(0, rows * lanes);
    fft.transform(re, im);
  }

  function inverseStrip(re: Float64Array, im: Float64Array, plane: Plane, rows: number, first: number) {
    fft.transform(im, re);
    for (let row = 0, from = 0; row < rows; row++) {
      for (let to = row * columns + first, end = to + lanes; to < end; from++, to++) {
        plane.re[to] = re[from]!;
        plane.im[to] = im[from]!;
      }
    }
  }

  return { fft, length, columns, forwardRows, inverseRows, forwardStrip, inverseStrip };
}
