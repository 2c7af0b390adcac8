import { expect, it } from "vitest";
import { add, mul } from "./ops/arithmetic.ts";
import { createTape } from "./tape.ts";

it("emits what the outputs need, under their names; what leaves twice or as it came is copied", () => {
  const tape = createTape("t/");
  const x = tape.input("x", ["rows", 2]);
  const doubled = add(tape, x, x);
  const scaled = mul(tape, doubled, tape.constant(3));
  mul(tape, scaled, tape.constant(4));
  const { nodes, constants } = tape.emit([
    ["y", doubled],
    ["z", scaled],
    ["again", scaled],
    ["same", x],
  ]);
  expect(nodes.map(({ op, inputs, outputs }) => [op, ...inputs, "→", ...outputs])).toEqual([
    ["Add", "x", "x", "→", "y"],
    ["Mul", "y", constants[0]!.name, "→", "z"],
    ["Identity", "z", "→", "again"],
    ["Identity", "x", "→", "same"],
  ]);
  expect(constants.map(({ values }) => [...(values as number[])])).toEqual([[3]]);
});

it("holds a constant once", () => {
  const tape = createTape();
  expect(tape.constant(2)).toEqual(tape.constant(2));
  expect(tape.constant([2])).not.toEqual(tape.constant(2));
});
