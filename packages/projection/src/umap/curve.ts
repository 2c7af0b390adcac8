/** The low-dimensional similarity 1 / (1 + a · d^2b) of two points at distance d. */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

const SAMPLES = 300;
const STEPS = 200;

/**
 * The a and b whose curve comes closest, by least squares, to 1 up to `minDist` and exp(−(d − minDist) / spread) beyond, at 300
 * distances from 0 to 3 · spread: `find_ab_params` of umap-learn. Levenberg–Marquardt from (1, 1).
 */
export function fitCurve(minDist: number, spread: number): Curve {
  const samples = Array.from({ length: SAMPLES }, (_, at) => {
    const distance = (at * 3 * spread) / (SAMPLES - 1);
    return { distance, wanted: distance < minDist ? 1 : Math.exp(-(distance - minDist) / spread) };
  });
  const errorOf = ({ a, b }: Curve) =>
    samples.reduce((sum, { distance, wanted }) => sum + (1 / (1 + a * distance ** (2 * b)) - wanted) ** 2, 0);

  let curve: Curve = { a: 1, b: 1 };
  let error = errorOf(curve);
  let damping = 1e-3;
  for (let step = 0; step < STEPS && damping < 1e12; step++) {
    let [aa, ab, bb, ar, br] = [0, 0, 0, 0, 0];
    for (const { distance, wanted } of samples) {
      if (distance === 0) continue;
      const power = distance ** (2 * curve.b);
      const value = 1 / (1 + curve.a * power);
      const byA = -power * value * value;
      const byB = -2 * curve.a * power * Math.log(distance) * value * value;
      aa += byA * byA;
      ab += byA * byB;
      bb += byB * byB;
      ar += byA * (wanted - value);
      br += byB * (wanted - value);
    }
    const [damped1, damped2] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = damped1 * damped2 - ab * ab;
    const next = {
      a: curve.a + (ar * damped2 - br * ab) / determinant,
      b: curve.b + (br * damped1 - ar * ab) / determinant,
    };
    const nextError = errorOf(next);
    if (nextError < error) {
      [curve, error, damping] = [next, nextError, damping / 10];
    } else {
      damping *= 10;
    }
  }
  return curve;
}
