import { createPlane, type HalfSpectrum, lanes } from "./half-spectrum.ts";

/**
 * Spectra of t-SNE's kernels on a grid: real numbers, `quarter` × `quarter` (`quarter = length / 2 + 1`), frequency along
 * y times `quarter` plus that along x. Scaled so that a transform there and back needs no more.
 */
export interface KernelSpectra {
  readonly quarter: number;
  /** Of 1 / (1 + d²): even. */
  readonly similarity: Float64Array;
  /** Of dx / (1 + d²)², divided by i: odd along x. */
  readonly alongX: Float64Array;
  /** Of dy / (1 + d²)², divided by i: odd along y. */
  readonly alongY: Float64Array;
}

/**
 * The kernels sampled at the grid's nodes and divided by the spectrum of the cubic B-splines that spread to the grid and
 * gather from it, so that what is between nodes is the kernel's spline interpolation, in both its ends.
 */
export function kernelSpectra(spectrum: HalfSpectrum, spacing: number): KernelSpectra {
  const { length, columns } = spectrum;
  const half = length / 2;
  const quarter = half + 1;
  const samples = new Float64Array(length * length);
  for (let a = 0; a < length; a++) {
    const x = (a <= half ? a : a - length) * spacing;
    for (let b = 0; b < length; b++) {
      const y = (b <= half ? b : b - length) * spacing;
      const q = 1 / (1 + x * x + y * y);
      // An even and an odd kernel in one: the real and the imaginary part of the spectrum. x at the turn is no sign's.
      samples[a * length + b] = q + (a === half ? 0 : x * q * q);
    }
  }
  const plane = createPlane(length, columns);
  spectrum.forwardRows(samples, length, plane.re, plane.im);
  const spline = Float64Array.from(
    { length: quarter },
    (_, k) => ((2 + Math.cos((2 * Math.PI * k) / length)) / 3) ** 2,
  );
  const similarity = new Float64Array(quarter * quarter);
  const alongX = new Float64Array(quarter * quarter);
  const alongY = new Float64Array(quarter * quarter);
  const re = new Float64Array(length * lanes);
  const im = new Float64Array(length * lanes);
  for (let first = 0; first < quarter; first += lanes) {
    spectrum.forwardStrip(plane, length, first, re, im);
    for (let y = first; y < Math.min(first + lanes, quarter); y++) {
      for (let x = 0; x < quarter; x++) {
        const scale = 1 / (length * length * spline[x]! * spline[y]!);
        const at = x * lanes + (y - first);
        similarity[y * quarter + x] = re[at]! * scale;
        alongX[y * quarter + x] = im[at]! * scale;
        alongY[x * quarter + y] = im[at]! * scale;
      }
    }
  }
  return { quarter, similarity, alongX, alongY };
}
