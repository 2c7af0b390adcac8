/**
 * 2^(−t) from + − × ÷ and Math.sqrt alone, so that every processor gives the same bits (Math.pow need not).
 * t is split into whole halvings and binary fractions; 2^(−2^−i) is the i-th square root of ½.
 */
const roots = squareRoots(52);

function squareRoots(count: number): Float64Array {
  const values = new Float64Array(count);
  let root = 0.5;
  for (let i = 0; i < count; i++) {
    root = Math.sqrt(root);
    values[i] = root;
  }
  return values;
}

/** Share that is left after `t` half-lives; 1 for t ≤ 0, 0 past 1,074. */
export function halvings(t: number): number {
  if (!(t > 0)) return 1;
  if (t > 1074) return 0;
  let whole = Math.floor(t);
  let fraction = t - whole;
  let left = 1;
  for (let i = 0; fraction > 0 && i < roots.length; i++) {
    fraction *= 2;
    if (fraction >= 1) {
      left *= roots[i]!;
      fraction -= 1;
    }
  }
  for (; whole > 0; whole--) left *= 0.5;
  return left;
}
