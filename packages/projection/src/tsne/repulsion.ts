import { smoothLength } from "./fft.ts";
import { createHalfSpectrum, createPlane, type HalfSpectrum, lanes, type Plane } from "./half-spectrum.ts";
import { type KernelSpectra, kernelSpectra } from "./kernel.ts";

/**
 * The forces by which all points of a map push each other away.
 *
 * 1. Points are spread to a regular grid by cubic B-splines, the grid is convolved with the kernels by FFT, and the field is
 *    gathered at the points by the same splines: count + nodes·log(nodes) steps, not count².
 * 2. One charge goes there (1 a point) and one complex field comes back (the two forces), since the kernels are of the
 *    forces themselves; the normaliser Z is summed in the spectrum (Parseval). FIt-SNE has four charges both ways.
 * 3. The plane is twice as long as the grid, so that nothing wraps round.
 * 4. The spectra of the kernels are kept while the map fits the plane: the spacing has a few values only.
 *
 * After Linderman, Rachh, Hoskins, Steinerberger and Kluger, "Fast interpolation-based t-SNE", Nature Methods 16 (2019); with
 * B-splines as in Essmann et al., "A smooth particle mesh Ewald method", J. Chem. Phys. 103 (1995).
 */
export interface Repulsion {
  /**
   * @param positions x, y of each point
   * @param forces out: Σ_j (y_i − y_j) / (1 + ‖y_i − y_j‖²)² of each point
   * @returns Z = Σ_{i ≠ j} 1 / (1 + ‖y_i − y_j‖²)
   */
  apply(positions: Float64Array, forces: Float64Array): number;
}

/** Widest spacing of the nodes; the kernels' width is 1. */
const widest = 0.5;
/** A small map has at least so many spacings across. */
const fewest = 40;
/** A map never has more nodes across: past that (no t-SNE that is well gets there) they stand wider. */
const most = 2_000;

interface Grid {
  readonly spacing: number;
  /** Nodes across. */
  readonly side: number;
  readonly spectrum: HalfSpectrum;
  readonly kernels: KernelSpectra;
  readonly charges: Float64Array;
  readonly field: Float64Array;
  readonly x: Plane;
  readonly y: Plane;
  /** A strip of columns of each. */
  readonly strips: { readonly x: Plane; readonly y: Plane };
}

export function createRepulsion(): Repulsion {
  let grid: Grid | undefined;
  return {
    apply(positions, forces) {
      const { left, bottom, span } = bounds(positions);
      const spacing = spacingFor(span);
      const nodes = Math.floor(span / spacing) + 5;
      if (!grid || grid.spacing !== spacing || grid.side < nodes) grid = createGrid(spacing, nodes);
      // The spline of a point reaches one node back and two on; the half is for rounding.
      const place = { left: left - 1.5 * spacing, bottom: bottom - 1.5 * spacing, positions };
      spread(grid, place);
      const z = convolve(grid);
      gather(grid, place, forces);
      return z - positions.length / 2;
    },
  };
}

function spacingFor(span: number): number {
  let spacing = widest;
  while (span / spacing < fewest && spacing > 1e-9) spacing /= 2;
  while (span / spacing > most) spacing *= 2;
  return spacing;
}

function createGrid(spacing: number, nodes: number): Grid {
  const length = 32 * smoothLength(Math.ceil(nodes / 16));
  const side = length / 2;
  const spectrum = createHalfSpectrum(length);
  return {
    spacing,
    side,
    spectrum,
    kernels: kernelSpectra(spectrum, spacing),
    charges: new Float64Array(side * side),
    field: new Float64Array(side * side * 2),
    x: createPlane(side, spectrum.columns),
    y: createPlane(side, spectrum.columns),
    strips: { x: createPlane(length, lanes), y: createPlane(length, lanes) },
  };
}

function bounds(positions: Float64Array) {
  let [left, right] = [positions[0]!, positions[0]!];
  let [bottom, top] = [positions[1]!, positions[1]!];
  for (let i = 0; i < positions.length; i += 2) {
    left = Math.min(left, positions[i]!);
    right = Math.max(right, positions[i]!);
    bottom = Math.min(bottom, positions[i + 1]!);
    top = Math.max(top, positions[i + 1]!);
  }
  return { left, bottom, span: Math.max(right - left, top - bottom) };
}

interface Place {
  readonly left: number;
  readonly bottom: number;
  readonly positions: Float64Array;
}

function spread({ charges, side, spacing }: Grid, { left, bottom, positions }: Place): void {
  charges.fill(0);
  for (let i = 0; i < positions.length; i += 2) {
    const u = (positions[i]! - left) / spacing;
    const v = (positions[i + 1]! - bottom) / spacing;
    const a = Math.floor(u);
    const b = Math.floor(v);
    const s = u - a;
    const t = v - b;
    const t0 = ((1 - t) * (1 - t) * (1 - t)) / 6;
    const t1 = (4 + t * t * (3 * t - 6)) / 6;
    const t3 = (t * t * t) / 6;
    const t2 = 1 - t0 - t1 - t3;
    let at = (a - 1) * side + b - 1;
    for (let row = 0; row < 4; row++, at += side) {
      const w = spline(row, s);
      charges[at] = charges[at]! + w * t0;
      charges[at + 1] = charges[at + 1]! + w * t1;
      charges[at + 2] = charges[at + 2]! + w * t2;
      charges[at + 3] = charges[at + 3]! + w * t3;
    }
  }
}

function gather({ field, side, spacing }: Grid, { left, bottom, positions }: Place, forces: Float64Array): void {
  for (let i = 0; i < positions.length; i += 2) {
    const u = (positions[i]! - left) / spacing;
    const v = (positions[i + 1]! - bottom) / spacing;
    const a = Math.floor(u);
    const b = Math.floor(v);
    const s = u - a;
    const t = v - b;
    const t0 = ((1 - t) * (1 - t) * (1 - t)) / 6;
    const t1 = (4 + t * t * (3 * t - 6)) / 6;
    const t3 = (t * t * t) / 6;
    const t2 = 1 - t0 - t1 - t3;
    let at = 2 * ((a - 1) * side + b - 1);
    let x = 0;
    let y = 0;
    for (let row = 0; row < 4; row++, at += 2 * side) {
      const w = spline(row, s);
      x += w * (t0 * field[at]! + t1 * field[at + 2]! + t2 * field[at + 4]! + t3 * field[at + 6]!);
      y += w * (t0 * field[at + 1]! + t1 * field[at + 3]! + t2 * field[at + 5]! + t3 * field[at + 7]!);
    }
    forces[i] = x;
    forces[i + 1] = y;
  }
}

/** The cubic B-spline's weight of node −1, 0, 1, 2 (`node` 0 … 3) for a point that is `s` past node 0. */
function spline(node: number, s: number): number {
  if (node === 0) return ((1 - s) * (1 - s) * (1 - s)) / 6;
  if (node === 1) return (4 + s * s * (3 * s - 6)) / 6;
  if (node === 2) return (1 + s * (3 + s * (3 - 3 * s))) / 6;
  return (s * s * s) / 6;
}

/** Charges to field. Returns Z with the points' own 1 each still in it. */
function convolve({ side, spectrum, kernels, charges, field, x, y, strips }: Grid): number {
  const { length } = spectrum;
  const half = length / 2;
  spectrum.forwardRows(charges, side, x.re, x.im);
  let z = 0;
  for (let first = 0; first <= half; first += lanes) {
    spectrum.forwardStrip(x, side, first, strips.x.re, strips.x.im);
    for (let lane = 0; lane < Math.min(lanes, half + 1 - first); lane++) {
      const column = first + lane;
      // The spectrum's other half mirrors this one, but for its first and last column.
      z += (column === 0 || column === half ? 1 : 2) * multiply(kernels, column, strips, lane);
    }
    spectrum.inverseStrip(strips.x.re, strips.x.im, x, side, first);
    spectrum.inverseStrip(strips.y.re, strips.y.im, y, side, first);
  }
  spectrum.inverseRows(x, y, side, field);
  return z;
}

/** In one lane of the strips: charges (in `x`) to forces along x and y. Returns Σ |charge|²·similarity. */
function multiply(kernels: KernelSpectra, column: number, { x, y }: { x: Plane; y: Plane }, lane: number): number {
  const { quarter, similarity, alongX, alongY } = kernels;
  const length = 2 * (quarter - 1);
  let z = 0;
  for (let k = 0, at = lane; k < length; k++, at += lanes) {
    const of = column * quarter + (k < quarter ? k : length - k);
    const re = x.re[at]!;
    const im = x.im[at]!;
    const along = k < quarter ? alongX[of]! : -alongX[of]!;
    const across = alongY[of]!;
    z += similarity[of]! * (re * re + im * im);
    x.re[at] = -along * im;
    x.im[at] = along * re;
    y.re[at] = -across * im;
    y.im[at] = across * re;
  }
  return z;
}
