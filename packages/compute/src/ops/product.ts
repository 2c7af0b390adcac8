import type { Tape, Value } from "../tape.ts";
import { sum } from "./reduction.ts";

export interface ProductOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
}

/** The matrix product op(a)·op(b), both of rank 2, either of them transposed first. */
export function product(tape: Tape, a: Value, b: Value, options: ProductOptions = {}): Value {
  const { transA = false, transB = false } = options;
  return tape.record({
    op: "Gemm",
    inputs: [a, b],
    shape: productShape(a, b, options),
    attributes: { transA: Number(transA), transB: Number(transB) },
    backward: (dy) => [
      transA
        ? product(tape, b, dy, { transA: transB, transB: true })
        : product(tape, dy, b, { transA: false, transB: !transB }),
      transB ? product(tape, dy, a, { transA: true, transB: transA }) : product(tape, a, dy, { transA: !transA }),
    ],
  });
}

/** x·W + b, with x [n, in], W [in, out], b [out]. */
export function affine(tape: Tape, x: Value, weights: Value, bias: Value): Value {
  return tape.record({
    op: "Gemm",
    inputs: [x, weights, bias],
    shape: productShape(x, weights, {}),
    backward: (dy) => [
      product(tape, dy, weights, { transB: true }),
      product(tape, x, dy, { transA: true }),
      sum(tape, dy, [0]),
    ],
  });
}

function productShape(a: Value, b: Value, { transA, transB }: ProductOptions) {
  const [rows, inner] = transA ? a.shape.toReversed() : a.shape;
  const [other, columns] = transB ? b.shape.toReversed() : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== other) {
    throw new RangeError(`no product of [${a.shape}] and [${b.shape}]`);
  }
  return [rows!, columns!];
}
