import { type ConstantSpec, encodeGraph } from "./graph.ts";
import { createGraphSession, type GraphSessionOptions } from "./graph-session.ts";
import { createTape, type Tape, type Value } from "./tape.ts";
import { ROWS, type StepValues, type TensorSpec } from "./training-graph.ts";

export interface ForwardSpec {
  readonly name: string;
  /** Each [rows, width]. */
  readonly inputs: readonly { readonly name: string; readonly width: number }[];
  readonly tensors: readonly TensorSpec[];
  /** The outputs, by name. */
  forward(tape: Tape, values: StepValues): Readonly<Record<string, Value>>;
}

/** Values of the tensors of a `ForwardSpec`, by name; more may be there. */
export type TensorValues = Readonly<Record<string, Float32Array>>;

/** A graph of the net without training. With `weights` they are constants in it: an ordinary ONNX model. */
export function encodeForwardGraph(spec: ForwardSpec, weights?: TensorValues): Uint8Array {
  const tape = createTape("forward/");
  const inputs = new Map(spec.inputs.map(({ name, width }) => [name, tape.input(name, [ROWS, width])]));
  const tensors = new Map(spec.tensors.map(({ name, shape }) => [name, tape.input(name, shape)]));
  const outputs = Object.entries(
    spec.forward(tape, { input: (name) => inputs.get(name)!, tensor: (name) => tensors.get(name)! }),
  );
  const { nodes, constants } = tape.emit(outputs);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const held = spec.tensors.filter(({ name }) => used.has(name));
  const baked = weights
    ? held.map(({ name, shape }): ConstantSpec => ({ name, type: "float32", shape, values: weights[name]! }))
    : [];
  return encodeGraph({
    name: spec.name,
    inputs: [...inputs.values(), ...(weights ? [] : held)].map(({ name, shape }) => ({ name, type: "float32", shape })),
    outputs: outputs.map(([name, { shape }]) => ({ name, type: "float32", shape })),
    constants: [...constants, ...baked],
    nodes,
  });
}

export interface Forward {
  /**
   * @param rows of each input
   * @param inputs each rows × width
   * @returns each output, row by row
   */
  run(rows: number, inputs: TensorValues, weights: TensorValues): Promise<TensorValues>;
  close(): Promise<void>;
}

/** A session for weights that change from run to run; those in `weights` that the graph does not need are passed over. */
export async function createForward(spec: ForwardSpec, options: GraphSessionOptions = {}): Promise<Forward> {
  const session = await createGraphSession(encodeForwardGraph(spec), options);
  const needed = new Set(session.inputNames);
  return {
    async run(rows, inputs, weights) {
      const feeds = [
        ...spec.inputs.map(({ name, width }) => [name, { data: inputs[name]!, dims: [rows, width] }] as const),
        ...spec.tensors
          .filter(({ name }) => needed.has(name))
          .map(({ name, shape }) => [name, { data: weights[name]!, dims: shape }] as const),
      ];
      const outputs = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
    },
    close: () => session.close(),
  };
}
