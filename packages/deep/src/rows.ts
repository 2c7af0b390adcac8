/** Vectors that are read a batch at a time, so that training holds a stack of batches and never all of them. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** Writes row `indices[i]` to place i of `into`, which has room for `indices.length` × `width`. */
  read(indices: Int32Array, into: Float32Array): Promise<void>;
}

/**
 * Rows of an array in memory, row by row.
 * @throws RangeError where its length is no multiple of `width`
 */
export function rowsOf(values: Float32Array, width: number): Rows {
  if (values.length % width !== 0) throw new RangeError(`${values.length} numbers are no rows of ${width}`);
  return {
    count: values.length / width,
    width,
    async read(indices, into) {
      for (const [at, row] of indices.entries()) into.set(values.subarray(row * width, (row + 1) * width), at * width);
    },
  };
}

/** Some rows of others, in the order of `chosen`. */
export function selectRows(rows: Rows, chosen: Int32Array): Rows {
  return {
    count: chosen.length,
    width: rows.width,
    read: (indices, into) =>
      rows.read(
        indices.map((index) => chosen[index]!),
        into,
      ),
  };
}

/** At most `most` of the rows, evenly spaced. */
export function sampleRows(rows: Rows, most: number): Rows {
  const size = Math.min(most, rows.count);
  return selectRows(
    rows,
    Int32Array.from({ length: size }, (_, at) => Math.floor((at * rows.count) / size)),
  );
}
