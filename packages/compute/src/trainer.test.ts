import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { adamSchedule, resolveAdam } from "./adam.ts";
import { batchNorm, batchNormTraining } from "./batch-norm.ts";
import { createForward, encodeForwardGraph, type ForwardSpec } from "./forward-graph.ts";
import { gradients } from "./gradients.ts";
import { createGraphSession } from "./graph-session.ts";
import { klDivergence, l2Penalty, meanSquaredError, studentT } from "./losses.ts";
import { add, mul } from "./ops/arithmetic.ts";
import { relu } from "./ops/elementary.ts";
import { affine, product } from "./ops/product.ts";
import type { Tape, Value } from "./tape.ts";
import { createTrainer } from "./trainer.ts";
import type { StepValues, TensorSpec, TrainingSpec } from "./training-graph.ts";

const fixture = JSON.parse(readFileSync(new URL("fixtures/torch-training.json", import.meta.url), "utf8"));
const widths = [5, 4, 2, 4, 5];
const f32 = (values: readonly number[]) => Float32Array.from(values);
const start = Object.fromEntries(
  Object.entries(fixture.before as Record<string, number[]>).map(([name, values]) => [name, f32(values)]),
);
const buffers: readonly TensorSpec[] = ["mean", "variance"].map((name) => ({ name, shape: [4] }));
const parameters: readonly TensorSpec[] = [
  ...widths
    .slice(1)
    .flatMap((width, at) => [
      { name: `w${at}`, shape: [widths[at]!, width] },
      ...(at > 0 ? [{ name: `b${at}`, shape: [width] }] : []),
    ]),
  { name: "scale", shape: [4] },
  { name: "shift", shape: [4] },
];
const normalOf = ({ tensor }: StepValues) => ({
  scale: tensor("scale"),
  shift: tensor("shift"),
  runningMean: tensor("mean"),
  runningVariance: tensor("variance"),
});

function behindFirst(tape: Tape, { tensor }: StepValues, hidden: Value): Value {
  const code = affine(tape, hidden, tensor("w1"), tensor("b1"));
  return affine(tape, relu(tape, affine(tape, code, tensor("w2"), tensor("b2"))), tensor("w3"), tensor("b3"));
}

const spec: TrainingSpec = {
  name: "torch",
  inputs: [
    { name: "x", width: 5 },
    { name: "mask", width: 4 },
  ],
  parameters,
  buffers,
  metrics: ["error"],
  adam: resolveAdam({ learningRate: 0.01 }),
  step(tape, values) {
    const { input, tensor } = values;
    const first = product(tape, input("x"), tensor("w0"));
    const { output, runningMean, runningVariance } = batchNormTraining(tape, first, normalOf(values));
    const error = meanSquaredError(
      tape,
      behindFirst(tape, values, mul(tape, relu(tape, output), input("mask"))),
      input("x"),
    );
    return {
      loss: add(tape, error, l2Penalty(tape, tensor("w0"), 0.01)),
      metrics: { error },
      buffers: { mean: runningMean, variance: runningVariance },
    };
  },
};
const evaluation: ForwardSpec = {
  name: "evaluation",
  inputs: [{ name: "x", width: 5 }],
  tensors: [...parameters, ...buffers],
  forward(tape, values) {
    const first = product(tape, values.input("x"), values.tensor("w0"));
    return { output: behindFirst(tape, values, relu(tape, batchNorm(tape, first, normalOf(values)))) };
  },
};

const { steps, rows } = fixture as { steps: number; rows: number };
const x = f32(fixture.batches);
const mask = f32(fixture.masks);

function farthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Array.from(found, (value, i) => Math.abs(value - expected[i]!)).reduce((a, b) => Math.max(a, b), 0);
}

it("three steps in one Loop give PyTorch's losses, weights, running figures and output, to 2e-6", async () => {
  const trainer = await createTrainer(spec, { threads: 1, state: { steps: 0, tensors: start } });
  const { error } = await trainer.train({ steps, rows, inputs: { x, mask } });
  expect(farthest(error!, fixture.losses)).toBeLessThan(2e-6);
  const { state } = trainer;
  expect(state.steps).toBe(3);
  for (const [name, values] of Object.entries(fixture.after as Record<string, number[]>)) {
    expect([name, farthest(state.tensors[name]!, values) < 2e-6]).toEqual([name, true]);
    expect([name, farthest(start[name]!, values) > 1e-4]).toEqual([name, true]);
  }
  const forward = await createForward(evaluation, { threads: 1 });
  const { output } = await forward.run(rows, { x: x.slice(0, rows * 5) }, state.tensors);
  expect(farthest(output!, fixture.output)).toBeLessThan(2e-6);

  const model = await createGraphSession(encodeForwardGraph(evaluation, state.tensors), { threads: 1 });
  expect(model.inputNames).toEqual(["x"]);
  const exported = await model.run({ x: { data: x.slice(0, rows * 5), dims: [rows, 5] } });
  expect(exported.output!.data).toEqual(output);
  await Promise.all([trainer.close(), forward.close(), model.close()]);
});

it("three steps in one run are three runs of one step, bit for bit, also from a state that was put away", async () => {
  const one = await createTrainer(spec, { threads: 1, state: { steps: 0, tensors: start } });
  await one.train({ steps, rows, inputs: { x, mask } });
  let state = { steps: 0, tensors: start as Readonly<Record<string, Float32Array>> };
  for (let step = 0; step < steps; step++) {
    const again = await createTrainer(spec, { threads: 1, state });
    const part = (values: Float32Array, width: number) => values.slice(step * rows * width, (step + 1) * rows * width);
    await again.train({ steps: 1, rows, inputs: { x: part(x, 5), mask: part(mask, 4) } });
    state = again.state;
    await again.close();
  }
  expect(state).toEqual(one.state);
  await one.close();
});

it("Student's t, KL and their gradients are PyTorch's, to 1e-6", async () => {
  const { dec } = fixture;
  const forward = await createForward({
    name: "dec",
    inputs: [
      { name: "points", width: 3 },
      { name: "target", width: 2 },
    ],
    tensors: [{ name: "centres", shape: [2, 3] }],
    forward(tape, { input, tensor }) {
      const soft = studentT(tape, input("points"), tensor("centres"));
      const kl = klDivergence(tape, input("target"), soft);
      const [points, centres] = gradients(tape, kl, [input("points"), tensor("centres")]);
      return { soft, kl, pointsGradient: points!, centresGradient: centres! };
    },
  });
  const found = await forward.run(
    rows,
    { points: f32(dec.points), target: f32(dec.target) },
    { centres: f32(dec.centres) },
  );
  expect(farthest(found.soft!, dec.soft)).toBeLessThan(1e-6);
  expect(farthest(found.kl!, [dec.kl])).toBeLessThan(1e-6);
  expect(farthest(found.pointsGradient!, dec.pointsGradient)).toBeLessThan(1e-6);
  expect(farthest(found.centresGradient!, dec.centresGradient)).toBeLessThan(1e-6);
  await forward.close();
});

it("the first step of Adam moves a weight by the learning rate, whatever the gradient", () => {
  const [rate, floor] = adamSchedule(resolveAdam({ learningRate: 0.01, epsilon: 0 }), 0, 1);
  // M = g and V = g², so the move is rate · g / |g|.
  expect(rate).toBeCloseTo(0.01, 8);
  expect(floor).toBe(0);
});

it("ε stands beside the corrected or the raw root", () => {
  const at = (epsilonBeside: "corrected" | "raw") =>
    adamSchedule(resolveAdam({ learningRate: 1, epsilon: 1e-3, epsilonBeside }), 4, 1)[1];
  expect(at("raw")).toBeCloseTo(1e-3 / Math.sqrt(1e-3), 8);
  expect(at("corrected")).toBeCloseTo((1e-3 * Math.sqrt(1 - 0.999 ** 5)) / Math.sqrt(1e-3), 8);
});

it("refuses what does not fit", async () => {
  const short = { ...start, b3: new Float32Array(2) };
  await expect(createTrainer(spec, { state: { steps: 0, tensors: short } })).rejects.toThrow("b3 has 2 numbers, not 5");
  const trainer = await createTrainer(spec, { threads: 1, state: { steps: 0, tensors: start } });
  await expect(trainer.train({ steps: 2, rows, inputs: { x, mask } })).rejects.toThrow("x has 90 numbers");
  await trainer.close();
  const idle: TrainingSpec = { ...spec, parameters: [...parameters, { name: "idle", shape: [1] }] };
  const state = { steps: 0, tensors: { ...start, idle: f32([0]) } };
  await expect(createTrainer(idle, { state })).rejects.toThrow("does not depend on idle");
});
