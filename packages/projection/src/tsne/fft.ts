/** Discrete Fourier transforms of one length, `lanes` of them side by side. */
export interface Fft {
  readonly length: number;
  readonly lanes: number;
  /**
   * In place and unscaled: X[k] = Σ x[j]·exp(−2πi·jk / length), where number j of lane q stands at j · lanes + q.
   * The inverse: with `re` and `im` exchanged.
   */
  transform(re: Float64Array, im: Float64Array): void;
}

/** The least 2^a·3^b that is no less than `least`. */
export function smoothLength(least: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let odd = 1; odd < 3 * least; odd *= 3) {
    let length = odd;
    while (length < least) length *= 2;
    best = Math.min(best, length);
  }
  return best;
}

/**
 * Stockham's FFT, which sorts as it goes, with steps of 4, 3 and 2.
 * Van Loan, "Computational Frameworks for the Fast Fourier Transform" (1992), 1.7 and 2.4.
 * @param length 2^a·3^b
 */
export function createFft(length: number, lanes = 1): Fft {
  const steps: [step: Step, radix: number][] = [];
  let rest = length;
  for (const [step, radix] of [
    [step4, 4],
    [step3, 3],
    [step2, 2],
  ] as const) {
    for (; rest % radix === 0; rest /= radix) steps.push([step, radix]);
  }
  if (rest !== 1) throw new RangeError(`fft: ${length} is not 2^a·3^b`);
  const roots: Row = {
    re: Float64Array.from({ length }, (_, j) => Math.cos((2 * Math.PI * j) / length)),
    im: Float64Array.from({ length }, (_, j) => -Math.sin((2 * Math.PI * j) / length)),
  };
  const spare: Row = { re: new Float64Array(length * lanes), im: new Float64Array(length * lanes) };
  return {
    length,
    lanes,
    transform(re, im) {
      const given: Row = { re, im };
      let [from, to] = [given, spare];
      let done = 1;
      for (const [step, radix] of steps) {
        step(from, to, { parts: length / (radix * done), turn: done, stride: done * lanes }, roots);
        [from, to] = [to, from];
        done *= radix;
      }
      if (from !== given) {
        re.set(from.re);
        im.set(from.im);
      }
    },
  };
}

interface Row {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** `parts`: how many butterflies of `stride` lanes; w is the root number `turn`. */
interface Shape {
  readonly parts: number;
  readonly turn: number;
  readonly stride: number;
}

type Step = (from: Row, to: Row, shape: Shape, roots: Row) => void;

// Each step turns x[q + stride·(p + parts·j)], j < radix, into y[q + stride·(radix·p + k)] = w^(pk)·Σ_j x_j·ω^(jk).

const step2: Step = ({ re: xr, im: xi }, { re: yr, im: yi }, { parts, turn, stride }, { re: cos, im: sin }) => {
  const half = parts * stride;
  for (let p = 0; p < parts; p++) {
    const c = cos[p * turn]!;
    const s = sin[p * turn]!;
    for (let a = p * stride, y = 2 * a, end = a + stride; a < end; a++, y++) {
      const b = a + half;
      const dr = xr[a]! - xr[b]!;
      const di = xi[a]! - xi[b]!;
      yr[y] = xr[a]! + xr[b]!;
      yi[y] = xi[a]! + xi[b]!;
      yr[y + stride] = dr * c - di * s;
      yi[y + stride] = dr * s + di * c;
    }
  }
};

const root34 = Math.sqrt(3) / 2;

const step3: Step = ({ re: xr, im: xi }, { re: yr, im: yi }, { parts, turn, stride }, { re: cos, im: sin }) => {
  const third = parts * stride;
  for (let p = 0; p < parts; p++) {
    const c1 = cos[p * turn]!;
    const s1 = sin[p * turn]!;
    const c2 = cos[2 * p * turn]!;
    const s2 = sin[2 * p * turn]!;
    for (let a = p * stride, y = 3 * a, end = a + stride; a < end; a++, y++) {
      const b = a + third;
      const d = b + third;
      const sr = xr[b]! + xr[d]!;
      const si = xi[b]! + xi[d]!;
      const mr = xr[a]! - sr / 2;
      const mi = xi[a]! - si / 2;
      const tr = root34 * (xi[b]! - xi[d]!);
      const ti = root34 * (xr[d]! - xr[b]!);
      yr[y] = xr[a]! + sr;
      yi[y] = xi[a]! + si;
      const y1 = y + stride;
      yr[y1] = (mr + tr) * c1 - (mi + ti) * s1;
      yi[y1] = (mr + tr) * s1 + (mi + ti) * c1;
      const y2 = y1 + stride;
      yr[y2] = (mr - tr) * c2 - (mi - ti) * s2;
      yi[y2] = (mr - tr) * s2 + (mi - ti) * c2;
    }
  }
};

const step4: Step = ({ re: xr, im: xi }, { re: yr, im: yi }, { parts, turn, stride }, { re: cos, im: sin }) => {
  const quarter = parts * stride;
  for (let p = 0; p < parts; p++) {
    const c1 = cos[p * turn]!;
    const s1 = sin[p * turn]!;
    const c2 = cos[2 * p * turn]!;
    const s2 = sin[2 * p * turn]!;
    const c3 = cos[3 * p * turn]!;
    const s3 = sin[3 * p * turn]!;
    for (let a = p * stride, y = 4 * a, end = a + stride; a < end; a++, y++) {
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const acr = xr[a]! + xr[c]!;
      const aci = xi[a]! + xi[c]!;
      const amr = xr[a]! - xr[c]!;
      const ami = xi[a]! - xi[c]!;
      const bdr = xr[b]! + xr[d]!;
      const bdi = xi[b]! + xi[d]!;
      // (b − d) turned by −i
      const bmr = xi[b]! - xi[d]!;
      const bmi = xr[d]! - xr[b]!;
      yr[y] = acr + bdr;
      yi[y] = aci + bdi;
      const y1 = y + stride;
      yr[y1] = (amr + bmr) * c1 - (ami + bmi) * s1;
      yi[y1] = (amr + bmr) * s1 + (ami + bmi) * c1;
      const y2 = y1 + stride;
      yr[y2] = (acr - bdr) * c2 - (aci - bdi) * s2;
      yi[y2] = (acr - bdr) * s2 + (aci - bdi) * c2;
      const y3 = y2 + stride;
      yr[y3] = (amr - bmr) * c3 - (ami - bmi) * s3;
      yi[y3] = (amr - bmr) * s3 + (ami - bmi) * c3;
    }
  }
};
