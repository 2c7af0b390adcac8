import type { Tape, Value } from "../tape.ts";
import { broadcastShape, sumTo } from "./broadcast.ts";

/** Element by element, with broadcasting, as all here. */
export function add(tape: Tape, a: Value, b: Value): Value {
  return tape.record({
    op: "Add",
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    backward: (dy) => [sumTo(tape, dy, a.shape), sumTo(tape, dy, b.shape)],
  });
}

export function sub(tape: Tape, a: Value, b: Value): Value {
  return tape.record({
    op: "Sub",
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    backward: (dy) => [sumTo(tape, dy, a.shape), sumTo(tape, neg(tape, dy), b.shape)],
  });
}

export function mul(tape: Tape, a: Value, b: Value): Value {
  return tape.record({
    op: "Mul",
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    backward: (dy) => [sumTo(tape, mul(tape, dy, b), a.shape), sumTo(tape, mul(tape, dy, a), b.shape)],
  });
}

/** d(a/b) = da/b − (a/b)·db/b. */
export function div(tape: Tape, a: Value, b: Value): Value {
  return tape.record({
    op: "Div",
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    backward(dy, y) {
      const da = div(tape, dy, b);
      return [sumTo(tape, da, a.shape), sumTo(tape, neg(tape, mul(tape, da, y)), b.shape)];
    },
  });
}

export function neg(tape: Tape, x: Value): Value {
  return tape.record({ op: "Neg", inputs: [x], shape: x.shape, backward: (dy) => [neg(tape, dy)] });
}

/** x · factor, a number that is known when the graph is built. */
export function scale(tape: Tape, x: Value, factor: number): Value {
  return factor === 1 ? x : mul(tape, x, tape.constant(factor));
}
