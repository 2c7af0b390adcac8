import type { Shape, Tape, Value } from "../tape.ts";
import { div } from "./arithmetic.ts";
import { expandTo, keptShape } from "./broadcast.ts";

/** The sum over `axes` (all where not given), which vanish, or stay as dimensions of 1 with `keep`. */
export function sum(tape: Tape, x: Value, axes: readonly number[] = allAxes(x), keep = false): Value {
  const kept = keptShape(x.shape, axes);
  const shape = keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  return tape.record({
    op: "ReduceSum",
    inputs: [x],
    integers: [axes],
    shape,
    attributes: { keepdims: Number(keep) },
    backward: (dy) => [expandTo(tape, keep ? dy : unsqueeze(tape, dy, axes, kept), x)],
  });
}

/** The mean over `axes`, by their sizes in the run. */
export function mean(tape: Tape, x: Value, axes: readonly number[] = allAxes(x), keep = false): Value {
  return div(tape, sum(tape, x, axes, keep), sizeOf(tape, x, axes));
}

/** How many elements `axes` of `x` span in the run, as a scalar. */
export function sizeOf(tape: Tape, x: Value, axes: readonly number[] = allAxes(x)): Value {
  const known = axes.map((axis) => x.shape[axis]!);
  if (known.every((size) => typeof size === "number")) return tape.constant(known.reduce((all, size) => all * size, 1));
  const shape = tape.record({ op: "Shape", inputs: [x], shape: [x.shape.length] });
  const picked = tape.record({ op: "Gather", inputs: [shape], integers: [axes], shape: [axes.length] });
  const size = tape.record({ op: "ReduceProd", inputs: [picked], shape: [], attributes: { keepdims: 0 } });
  return tape.record({ op: "Cast", inputs: [size], shape: [], attributes: { to: 1 } });
}

function unsqueeze(tape: Tape, x: Value, axes: readonly number[], shape: Shape): Value {
  if (x.shape.length === 0) return x;
  return tape.record({ op: "Unsqueeze", inputs: [x], integers: [axes], shape });
}

const allAxes = (x: Value) => x.shape.map((_, axis) => axis);
