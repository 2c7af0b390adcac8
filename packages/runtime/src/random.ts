/** Seeded random numbers: the same seeds give the same numbers on every machine. Not for secrets. */
export interface Random {
  /** Uniform in [0, 1), of 53 bits. */
  next(): number;
  /** Uniform integer in [0, below). */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/**
 * xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), its state filled by
 * splitmix32 from all the seeds in turn. Any numbers will do for seeds; (7, 1) and (7, 2) give unrelated sequences.
 */
export function createRandom(...seeds: readonly number[]): Random {
  let mixed = 0x9e3779b9;
  const splitmix = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  for (const seed of seeds) {
    mixed ^= seed % 2 ** 32;
    mixed = splitmix() ^ Math.floor(seed / 2 ** 32);
    mixed = splitmix();
  }
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const bits = () => {
    const r = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return r;
  };
  const next = () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)]! };
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
