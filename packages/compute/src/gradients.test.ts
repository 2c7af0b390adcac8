import { expect, it } from "vitest";
import { batchNorm, batchNormTraining } from "./batch-norm.ts";
import { type GradientCase, gradientError } from "./gradient-check.ts";
import { gradients } from "./gradients.ts";
import { klDivergence, l1Penalty, l2Penalty, meanSquaredError, studentT } from "./losses.ts";
import { add, div, mul, neg, scale, sub } from "./ops/arithmetic.ts";
import { abs, log, reciprocal, relu, sigmoid, sqrt, square } from "./ops/elementary.ts";
import { affine, product } from "./ops/product.ts";
import { mean, sum } from "./ops/reduction.ts";
import { createTape, type Tape, type Value } from "./tape.ts";
import type { StepValues } from "./training-graph.ts";

const ROWS = 3;
const WIDTH = 4;

/** A fixed sequence away from 0, so that no kink lies within the stencil. */
function numbers(length: number, seed: number, positive = false): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const value = 0.2 + ((i * 7 + seed * 5) % 13) / 10;
    return positive || (i + seed) % 2 === 0 ? value : -value;
  });
}

/** Σ r ∘ y with uneven r, so that every element of y has its own gradient. */
function weighed(tape: Tape, y: Value): Value {
  const last = y.shape.at(-1) ?? 1;
  const weights = tape.constant(Array.from({ length: Number(last) }, (_, i) => 1 + (i % 3) / 2));
  return sum(tape, mul(tape, square(tape, y), weights));
}

const x = { rows: ROWS, inputs: { x: WIDTH }, wanted: ["x"] };
const on = (f: (tape: Tape, x: Value) => Value) => (tape: Tape, values: StepValues) =>
  weighed(tape, f(tape, values.input("x")));
const two = (shape: readonly number[]) => ({
  rows: ROWS,
  inputs: { x: WIDTH },
  tensors: { b: shape },
  wanted: ["x", "b"],
});
const onTwo = (f: (tape: Tape, x: Value, b: Value) => Value) => (tape: Tape, values: StepValues) =>
  weighed(tape, f(tape, values.input("x"), values.tensor("b")));

const cases: Record<string, GradientCase> = {
  "a + b": { ...two([WIDTH]), loss: onTwo(add) },
  "a − b, b stretched": { ...two([1, 1]), loss: onTwo(sub) },
  "a · b": { ...two([WIDTH]), loss: onTwo(mul) },
  "a / b": { ...two([WIDTH]), loss: onTwo(div) },
  "a · column": { ...two([ROWS, 1]), loss: onTwo((tape, a, b) => mul(tape, product(tape, b, b, { transA: true }), a)) },
  "−x": { ...x, loss: on(neg) },
  "3x": { ...x, loss: on((tape, value) => scale(tape, value, 3)) },
  "x²": { ...x, loss: on(square) },
  "log |x|": { ...x, loss: on((tape, value) => log(tape, abs(tape, value))) },
  "√|x|": { ...x, loss: on((tape, value) => sqrt(tape, abs(tape, value))) },
  "1 / (x² + 1)": {
    ...x,
    loss: on((tape, value) => reciprocal(tape, add(tape, square(tape, value), tape.constant(1)))),
  },
  "|x|": { ...x, loss: on(abs) },
  relu: { ...x, loss: on(relu) },
  sigmoid: { ...x, loss: on(sigmoid) },
  x·B: { ...two([WIDTH, 2]), loss: onTwo(product) },
  x·Bᵀ: { ...two([2, WIDTH]), loss: onTwo((tape, a, b) => product(tape, a, b, { transB: true })) },
  Bᵀ·xᵀ: { ...two([WIDTH, 2]), loss: onTwo((tape, a, b) => sum(tape, both(tape, a, b), [1])) },
  xᵀ·x: { ...x, loss: on((tape, value) => product(tape, value, value, { transA: true })) },
  "x·W + b": {
    rows: ROWS,
    inputs: { x: WIDTH },
    tensors: { w: [WIDTH, 2], b: [2] },
    wanted: ["x", "w", "b"],
    loss: (tape, { input, tensor }) => weighed(tape, affine(tape, input("x"), tensor("w"), tensor("b"))),
  },
  "sum of columns": { ...x, loss: on((tape, value) => sum(tape, value, [0])) },
  "sum of rows, kept": { ...x, loss: on((tape, value) => mul(tape, value, sum(tape, value, [1], true))) },
  "mean of columns": { ...x, loss: on((tape, value) => mul(tape, value, mean(tape, value, [0], true))) },
  "mean of all": { ...x, loss: (tape, { input }) => mean(tape, square(tape, input("x"))) },
  "mean squared error": {
    rows: ROWS,
    inputs: { x: WIDTH, y: WIDTH },
    wanted: ["x", "y"],
    loss: (tape, { input }) => meanSquaredError(tape, input("x"), input("y")),
  },
  "Student's t and KL": {
    rows: ROWS,
    inputs: { x: WIDTH, p: 2 },
    tensors: { c: [2, WIDTH] },
    wanted: ["x", "c"],
    loss: (tape, { input, tensor }) => klDivergence(tape, input("p"), studentT(tape, input("x"), tensor("c"))),
  },
  "L1 and L2": {
    ...x,
    loss: (tape, { input }) => add(tape, l1Penalty(tape, input("x"), 0.3), l2Penalty(tape, input("x"), 0.2)),
  },
  "batch normalisation in training": {
    rows: ROWS,
    inputs: { x: WIDTH },
    tensors: { scale: [WIDTH], shift: [WIDTH], mean: [WIDTH], variance: [WIDTH] },
    wanted: ["x", "scale", "shift"],
    loss: (tape, values) => {
      const { output } = batchNormTraining(tape, values.input("x"), normal(values), { epsilon: 0.1 });
      return weighed(tape, add(tape, output, values.input("x")));
    },
  },
  "batch normalisation by running figures": {
    rows: ROWS,
    inputs: { x: WIDTH },
    tensors: { scale: [WIDTH], shift: [WIDTH], mean: [WIDTH], variance: [WIDTH] },
    wanted: ["x", "scale", "shift"],
    loss: (tape, values) => weighed(tape, batchNorm(tape, values.input("x"), normal(values))),
  },
  "a net of two layers with every part": {
    rows: ROWS,
    inputs: { x: WIDTH, mask: 3 },
    tensors: { w1: [WIDTH, 3], b1: [3], w2: [3, WIDTH], b2: [WIDTH] },
    wanted: ["x", "w1", "b1", "w2", "b2"],
    loss(tape, { input, tensor }) {
      const hidden = mul(tape, relu(tape, affine(tape, input("x"), tensor("w1"), tensor("b1"))), input("mask"));
      const output = sigmoid(tape, affine(tape, hidden, tensor("w2"), tensor("b2")));
      return add(tape, meanSquaredError(tape, output, input("x")), l2Penalty(tape, tensor("w1"), 0.01));
    },
  },
};

function both(tape: Tape, a: Value, b: Value): Value {
  return product(tape, b, a, { transA: true, transB: true });
}

const normal = ({ tensor }: StepValues) => ({
  scale: tensor("scale"),
  shift: tensor("shift"),
  runningMean: tensor("mean"),
  runningVariance: tensor("variance"),
});

it.each(Object.entries(cases))("the gradient of %s is that of finite differences", async (_, check) => {
  const inputs = Object.entries(check.inputs ?? {}).map(([name, width]) => [name, check.rows * width] as const);
  const tensors = Object.entries(check.tensors ?? {}).map(
    ([name, shape]) => [name, shape.reduce((all, side) => all * side, 1)] as const,
  );
  const values = [...inputs, ...tensors].map(
    ([name, length], seed) => [name, numbers(length, seed, ["p", "variance", "mask"].includes(name))] as const,
  );
  expect(await gradientError(check, Object.fromEntries(values))).toBeLessThan(1e-3);
});

it("the check finds a wrong rule", async () => {
  const wrong = (tape: Tape, value: Value) =>
    tape.record({ op: "Sigmoid", inputs: [value], shape: value.shape, backward: (dy, y) => [mul(tape, dy, y)] });
  expect(await gradientError({ ...x, loss: on(wrong) }, { x: numbers(ROWS * WIDTH, 1) })).toBeGreaterThan(0.01);
});

it("no gradient goes where the loss does not depend on a value, nor to the target of KL", () => {
  const tape = createTape();
  const [p, z, c, other] = ["p", "z", "c", "other"].map((name) => tape.input(name, [2, 2]));
  const found = gradients(tape, klDivergence(tape, p!, studentT(tape, z!, c!)), [z!, c!, other!]);
  expect(found.map((slope) => slope?.shape)).toEqual([[2, 2], [2, 2], undefined]);
});

it("a loss is a scalar, and shapes must fit", () => {
  const tape = createTape();
  const a = tape.input("a", ["rows", 3]);
  expect(() => gradients(tape, a, [a])).toThrow("a loss is a scalar");
  expect(() => add(tape, a, tape.input("b", [4]))).toThrow("don't fit");
  expect(() => product(tape, a, tape.input("c", [4, 2]))).toThrow("no product");
});
