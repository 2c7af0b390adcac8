import type { Shape, Tape, Value } from "../tape.ts";

/** The shape of an element-wise operator's result: from the right, a dimension of 1 or a missing one stretches. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, at) => {
    const one = a[at - rank + a.length] ?? 1;
    const other = b[at - rank + b.length] ?? 1;
    if (one !== other && one !== 1 && other !== 1) throw new RangeError(`shapes [${a}] and [${b}] don't fit`);
    return one === 1 ? other : one;
  });
}

/** Sums over what was stretched, so that a gradient has its operand's own shape again. */
export function sumTo(tape: Tape, value: Value, shape: Shape): Value {
  const extra = value.shape.length - shape.length;
  const outer = Array.from({ length: extra }, (_, axis) => axis);
  const stretched = shape.flatMap((size, at) => (size === 1 && value.shape[at + extra] !== 1 ? [at + extra] : []));
  if (outer.length + stretched.length === 0) return value;
  if (extra === 0) return reduce(tape, value, stretched, shape, 1);
  const kept = stretched.length > 0 ? reduce(tape, value, stretched, keptShape(value.shape, stretched), 1) : value;
  return reduce(tape, kept, outer, shape, 0);
}

/** Stretches a value to the shape that `like` has in this run. */
export function expandTo(tape: Tape, value: Value, like: Value): Value {
  if (value.shape.join() === like.shape.join()) return value;
  const size = tape.record({ op: "Shape", inputs: [like], shape: [like.shape.length] });
  return tape.record({ op: "Expand", inputs: [value, size], shape: like.shape });
}

/** The shape after a sum over `axes` that keeps them as dimensions of 1. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, at) => (axes.includes(at) ? 1 : size));
}

/** A bare sum, without a gradient of its own. */
function reduce(tape: Tape, value: Value, axes: readonly number[], shape: Shape, keepdims: 0 | 1): Value {
  return tape.record({ op: "ReduceSum", inputs: [value], integers: [axes], shape, attributes: { keepdims } });
}
