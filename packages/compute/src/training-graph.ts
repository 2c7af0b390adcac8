/**
 * Many steps of training as one graph: an ONNX `Loop` over stacked batches, whose carried state is the weights, their
 * moments and the buffers. Nothing crosses to JavaScript between steps.
 *
 * 1. Step i takes slice i of every input; all slices have the same number of rows, which may differ from run to run.
 * 2. The order of the state is `stateNames`: w, M and V of each trained tensor, then the buffers.
 */
import { adamStep, type ResolvedAdam } from "./adam.ts";
import { gradients } from "./gradients.ts";
import { encodeGraph, type NodeSpec, type ValueSpec } from "./graph.ts";
import { createTape, type Shape, type Tape, type Value } from "./tape.ts";

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a step is made of, by name. */
export interface StepValues {
  input(name: string): Value;
  /** A trained tensor, or a buffer as it is before the step. */
  tensor(name: string): Value;
}

export interface StepOutcome {
  /** A scalar; what is minimised. */
  readonly loss: Value;
  /** Further scalars to be told of each step. */
  readonly metrics?: Readonly<Record<string, Value>>;
  /** New values of buffers; the others stay. */
  readonly buffers?: Readonly<Record<string, Value>>;
}

export interface TrainingSpec {
  readonly name: string;
  /** A batch's inputs, each [rows, width]. */
  readonly inputs: readonly { readonly name: string; readonly width: number }[];
  /** Tensors that are trained. */
  readonly parameters: readonly TensorSpec[];
  /** Tensors that steps change but no gradient does, such as running means. */
  readonly buffers?: readonly TensorSpec[];
  /** Names of `StepOutcome.metrics`. */
  readonly metrics?: readonly string[];
  readonly adam: ResolvedAdam;
  step(tape: Tape, values: StepValues): StepOutcome;
}

export const ROWS = "rows";

const names = {
  schedule: "adam_schedule",
  first: (name: string) => `first/${name}`,
  second: (name: string) => `second/${name}`,
  loss: "loss",
};

/** Everything that a step carries to the next one. */
export function stateSpecs({ parameters, buffers = [] }: TrainingSpec): readonly TensorSpec[] {
  const moments = ({ name, shape }: TensorSpec) => [
    { name, shape },
    { name: names.first(name), shape },
    { name: names.second(name), shape },
  ];
  return [...parameters.flatMap(moments), ...buffers];
}

/**
 * Inputs: each of `inputs` as [steps, rows, width], `adam_schedule` [steps, 2], and the state under its names.
 * Outputs: `next/<name>` of each state tensor, `loss` and each metric [steps].
 */
export function encodeTrainingGraph(spec: TrainingSpec): Uint8Array {
  const state = stateSpecs(spec);
  const scalars = [names.loss, ...(spec.metrics ?? [])];
  const stacked: readonly ValueSpec[] = [
    ...spec.inputs.map(({ name, width }) => float(name, ["steps", ROWS, width])),
    float(names.schedule, ["steps", 2]),
  ];
  const first = spec.inputs[0]!.name;
  const nodes: readonly NodeSpec[] = [
    { op: "Shape", inputs: [first], outputs: ["stack_shape"] },
    { op: "Gather", inputs: ["stack_shape", "zero"], outputs: ["trips"] },
    {
      op: "Loop",
      inputs: ["trips", "", ...state.map(({ name }) => name)],
      outputs: [...state.map(({ name }) => `next/${name}`), ...scalars],
      attributes: { body: stepBody(spec, state, scalars) },
    },
  ];
  return encodeGraph({
    name: spec.name,
    inputs: [...stacked, ...state.map(({ name, shape }) => float(name, shape))],
    outputs: [
      ...state.map(({ name, shape }) => float(`next/${name}`, shape)),
      ...scalars.map((name) => float(name, ["steps"])),
    ],
    constants: [{ name: "zero", type: "int64", shape: [], values: [0] }],
    nodes,
  });
}

function stepBody(spec: TrainingSpec, state: readonly TensorSpec[], scalars: readonly string[]) {
  const tape = createTape("step/");
  const carried = new Map(state.map(({ name, shape }) => [name, tape.input(`carried/${name}`, shape)]));
  const tensor = (name: string) => wanted(carried, name);
  const at = tape.input("step_index", []);
  const slice = (name: string, shape: Shape) =>
    tape.record({ op: "Gather", inputs: [tape.input(name, ["steps", ...shape]), at], shape });
  const inputs = new Map(spec.inputs.map(({ name, width }) => [name, slice(name, [ROWS, width])]));
  const { loss, metrics = {}, buffers = {} } = spec.step(tape, { input: (name) => wanted(inputs, name), tensor });

  const schedule = slice(names.schedule, [2]);
  const scalarOf = (index: number) =>
    tape.record({ op: "Gather", inputs: [schedule], integers: [[index]], shape: [1] });
  const timing = { rate: scalarOf(0), floor: scalarOf(1), beta1: spec.adam.beta1, beta2: spec.adam.beta2 };
  const trained = spec.parameters.map(({ name }) => tensor(name));
  const slopes = gradients(tape, loss, trained);
  const next = spec.parameters.flatMap(({ name }, index) => {
    const before = { weights: trained[index]!, first: tensor(names.first(name)), second: tensor(names.second(name)) };
    const slope = slopes[index];
    if (!slope) throw new RangeError(`${spec.name}: the loss does not depend on ${name}`);
    const after = adamStep(tape, before, slope, timing);
    return [after.weights, after.first, after.second];
  });
  const kept = (spec.buffers ?? []).map(({ name }) => buffers[name] ?? tensor(name));
  const told = scalars.map((name) => (name === names.loss ? loss : metrics[name]!));
  const outputs = [...next, ...kept, ...told].map((value, index) => [`out_${index}`, value] as const);

  const { nodes, constants } = tape.emit(outputs);
  return {
    name: "step",
    inputs: [
      { name: "step_index", type: "int64" as const, shape: [] },
      { name: "go_on", type: "bool" as const, shape: [] },
      ...state.map(({ name, shape }) => float(`carried/${name}`, shape)),
    ],
    outputs: [
      { name: "goes_on", type: "bool" as const, shape: [] },
      ...outputs.map(([name, { shape }]) => float(name, shape)),
    ],
    constants,
    nodes: [...nodes, { op: "Identity", inputs: ["go_on"], outputs: ["goes_on"] }],
  };
}

const float = (name: string, shape: Shape): ValueSpec => ({ name, type: "float32", shape });

function wanted(values: ReadonlyMap<string, Value>, name: string): Value {
  const found = values.get(name);
  if (!found) throw new RangeError(`there is no ${name}; there are ${[...values.keys()].join(", ")}`);
  return found;
}
