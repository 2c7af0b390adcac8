/**
 * Records a graph operator by operator, so that gradients can be built behind it as further nodes.
 *
 * 1. A value's shape is known when it is recorded; a dimension that changes from run to run is a name, the same name
 *    everywhere.
 * 2. An operator is recorded after its inputs: the order of the tape is a topological one, and its reverse too.
 * 3. The gradient of a value has the value's own shape.
 * 4. What no output needs is not emitted: rules of gradients may record more than is asked for.
 */
import type { AttributeSpec, ConstantSpec, NodeSpec } from "./graph.ts";

export type Shape = readonly (number | string)[];

/** A float32 tensor in a graph that is being built. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** From the gradient of the output to those of the inputs, in order; undefined where there is none. */
export type Backward = (gradient: Value, output: Value) => readonly (Value | undefined)[];

export interface OperatorSpec {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly shape: Shape;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  /** Integer operands behind `inputs`, such as axes. */
  readonly integers?: readonly (readonly number[])[];
  /** None: gradients do not pass. */
  readonly backward?: Backward;
}

export interface RecordedOperator {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly backward?: Backward;
}

export interface Tape {
  /** A value that comes from outside under this very name. */
  input(name: string, shape: Shape): Value;
  constant(values: number | readonly number[]): Value;
  record(operator: OperatorSpec): Value;
  /** All operators, in the order of recording. */
  readonly operators: readonly RecordedOperator[];
  /** The nodes that these outputs need, in order, and the constants; each output comes under the name given. */
  emit(outputs: readonly (readonly [name: string, value: Value])[]): {
    readonly nodes: readonly NodeSpec[];
    readonly constants: readonly ConstantSpec[];
  };
}

/** @param prefix of the names of what is recorded: tapes that share a graph need different ones */
export function createTape(prefix = ""): Tape {
  const operators: (RecordedOperator & { readonly node: NodeSpec })[] = [];
  const constants = new Map<string, ConstantSpec>();

  function hold(type: ConstantSpec["type"], values: number | readonly number[]): ConstantSpec {
    const key = `${type} ${JSON.stringify(values)}`;
    const found = constants.get(key);
    if (found) return found;
    const list = typeof values === "number" ? [values] : values;
    const shape = typeof values === "number" ? [] : [values.length];
    const spec: ConstantSpec = { name: `${prefix}constant_${constants.size}`, type, shape, values: list };
    constants.set(key, spec);
    return spec;
  }

  return {
    operators,
    input: (name, shape) => ({ name, shape }),
    constant(values) {
      const { name, shape } = hold("float32", values);
      return { name, shape };
    },
    record({ op, inputs, shape, attributes, integers = [], backward }) {
      const output: Value = { name: `${prefix}${op.toLowerCase()}_${operators.length}`, shape };
      const operands = [...inputs.map(({ name }) => name), ...integers.map((values) => hold("int64", values).name)];
      const node: NodeSpec = { op, inputs: operands, outputs: [output.name], attributes };
      operators.push({ inputs, output, backward, node });
      return output;
    },
    emit(outputs) {
      const needed = new Set(outputs.map(([, { name }]) => name));
      const own = new Set(operators.map(({ output }) => output.name));
      // What is recorded here takes its output's name: an Identity would copy it. What comes from outside, or leaves twice,
      // needs one.
      const renamed = new Map<string, string>();
      const copies: NodeSpec[] = [];
      for (const [name, value] of outputs) {
        if (own.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, name);
        else copies.push({ op: "Identity", inputs: [renamed.get(value.name) ?? value.name], outputs: [name] });
      }
      const finalName = (name: string) => renamed.get(name) ?? name;
      const nodes: NodeSpec[] = [];
      for (const { node, output } of operators.toReversed()) {
        if (!needed.has(output.name)) continue;
        nodes.unshift({ ...node, inputs: node.inputs.map(finalName), outputs: node.outputs.map(finalName) });
        for (const input of node.inputs) needed.add(input);
      }
      return {
        nodes: [...nodes, ...copies],
        constants: [...constants.values()].filter(({ name }) => needed.has(name)),
      };
    },
  };
}
