import type { Tape, Value } from "../tape.ts";
import { div, mul, neg, scale } from "./arithmetic.ts";

export function square(tape: Tape, x: Value): Value {
  const backward = (dy: Value) => [mul(tape, scale(tape, dy, 2), x)];
  return tape.record({ op: "Mul", inputs: [x, x], shape: x.shape, backward: (dy) => [...backward(dy), undefined] });
}

/** For x > 0. */
export function log(tape: Tape, x: Value): Value {
  return tape.record({ op: "Log", inputs: [x], shape: x.shape, backward: (dy) => [div(tape, dy, x)] });
}

/** For x > 0. */
export function sqrt(tape: Tape, x: Value): Value {
  return tape.record({
    op: "Sqrt",
    inputs: [x],
    shape: x.shape,
    backward: (dy, y) => [div(tape, scale(tape, dy, 0.5), y)],
  });
}

/** 1 / x. */
export function reciprocal(tape: Tape, x: Value): Value {
  return tape.record({
    op: "Reciprocal",
    inputs: [x],
    shape: x.shape,
    backward: (dy, y) => [neg(tape, mul(tape, dy, mul(tape, y, y)))],
  });
}

/** |x|; its gradient at 0 is taken as 0. */
export function abs(tape: Tape, x: Value): Value {
  return tape.record({
    op: "Abs",
    inputs: [x],
    shape: x.shape,
    backward: (dy) => [mul(tape, dy, tape.record({ op: "Sign", inputs: [x], shape: x.shape }))],
  });
}

/** max(x, 0); its gradient at 0 is taken as 0. The sign of its own output is the mask. */
export function relu(tape: Tape, x: Value): Value {
  return tape.record({
    op: "Relu",
    inputs: [x],
    shape: x.shape,
    backward: (dy, y) => [mul(tape, dy, tape.record({ op: "Sign", inputs: [y], shape: y.shape }))],
  });
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(tape: Tape, x: Value): Value {
  return tape.record({
    op: "Sigmoid",
    inputs: [x],
    shape: x.shape,
    backward(dy, y) {
      const rest = tape.record({ op: "Sub", inputs: [tape.constant(1), y], shape: y.shape });
      return [mul(tape, dy, mul(tape, y, rest))];
    },
  });
}

/** max(x, floor) where no gradient is wanted. */
export function atLeast(tape: Tape, x: Value, floor: number): Value {
  return tape.record({ op: "Max", inputs: [x, tape.constant(floor)], shape: x.shape });
}
