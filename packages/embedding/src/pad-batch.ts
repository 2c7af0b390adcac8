import type { PaddedBatch } from "./session.ts";

/** Sequences side by side, padded on the right to the longest. Ids are below 2³¹. */
export function padBatch(sequences: readonly (readonly number[])[], padId: number): PaddedBatch {
  const width = Math.max(1, ...sequences.map((sequence) => sequence.length));
  const ids = new BigInt64Array(sequences.length * width).fill(BigInt(padId));
  const mask = new BigInt64Array(ids.length);
  sequences.forEach((sequence, row) => {
    const start = row * width;
    for (let i = 0; i < sequence.length; i++) ids[start + i] = BigInt(sequence[i]!);
    mask.fill(1n, start, start + sequence.length);
  });
  return { ids, mask, rows: sequences.length, width };
}
