import type { StackedBatches } from "@eddy/compute/trainer";
import { createRandom } from "@eddy/runtime/random";
import type { Rows } from "./rows.ts";

/** The numbers 0 … count − 1 in a random order (R. Durstenfeld, CACM 7, 1964). `random` is uniform in [0, 1). */
export function shuffledIndices(count: number, random: () => number): Int32Array {
  const indices = Int32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [indices[i], indices[j]] = [indices[j]!, indices[i]!];
  }
  return indices;
}

/** What stands at one row of a batch beside its vector. `indices` are the rows, in order. */
export interface SideInput {
  readonly name: string;
  readonly width: number;
  fill(indices: Int32Array, into: Float32Array, random: () => number): void;
}

export interface EpochOptions {
  readonly rows: Rows;
  /** Rows of a batch; the last one of an epoch takes what is left. */
  readonly batchSize: number;
  /** Batches of a stack: what is trained in one run. */
  readonly stackSize: number;
  readonly sideInputs: readonly SideInput[];
  /** The order of the epoch and what side inputs draw come of these alone. */
  readonly seeds: readonly number[];
}

/** The epoch's rows once, in a random order, as stacks of full batches and at last what is left; `x` holds the vectors. */
export async function* epochBatches(options: EpochOptions): AsyncGenerator<StackedBatches> {
  const { rows, batchSize, stackSize, sideInputs, seeds } = options;
  const random = createRandom(...seeds);
  const order = shuffledIndices(rows.count, random.next);
  const full = Math.floor(rows.count / batchSize);
  for (let batch = 0; batch < full; batch += stackSize) {
    const steps = Math.min(stackSize, full - batch);
    yield await stack(order.subarray(batch * batchSize, (batch + steps) * batchSize), steps);
  }
  const rest = order.subarray(full * batchSize);
  if (rest.length > 0) yield await stack(rest, 1);

  async function stack(indices: Int32Array, steps: number): Promise<StackedBatches> {
    const x = new Float32Array(indices.length * rows.width);
    await rows.read(indices, x);
    const beside = sideInputs.map(({ name, width, fill }): [string, Float32Array] => {
      const into = new Float32Array(indices.length * width);
      fill(indices, into, random.next);
      return [name, into];
    });
    return { steps, rows: indices.length / steps, inputs: { x, ...Object.fromEntries(beside) } };
  }
}

/** The rows in order, `size` at a time, for what does not train. */
export async function* inOrder(
  rows: Rows,
  size: number,
): AsyncGenerator<{ readonly first: number; readonly count: number; readonly values: Float32Array }> {
  for (let first = 0; first < rows.count; first += size) {
    const count = Math.min(size, rows.count - first);
    const values = new Float32Array(count * rows.width);
    await rows.read(
      Int32Array.from({ length: count }, (_, at) => first + at),
      values,
    );
    yield { first, count, values };
  }
}
