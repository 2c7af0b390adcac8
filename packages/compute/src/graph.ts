import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/** Opset 13 has every operator used here, with `axes` of Unsqueeze and Squeeze as inputs. */
const OPSET = 13;
const IR_VERSION = 8;

const tensorTypes = {
  float32: onnx.TensorProto.DataType.FLOAT,
  int64: onnx.TensorProto.DataType.INT64,
} as const;

/** A value that enters or leaves a graph. A dimension is a number, or a name where it changes from run to run. */
export interface ValueSpec {
  readonly name: string;
  readonly type: keyof typeof tensorTypes;
  readonly shape: readonly (number | string)[];
}

/** One operator. Attributes are integers or lists of integers: all that these graphs use. */
export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A constant held in the graph: a scalar when `shape` is empty. */
export interface ConstantSpec extends ValueSpec {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface GraphSpec {
  readonly name: string;
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly constants?: readonly ConstantSpec[];
  readonly nodes: readonly NodeSpec[];
}

/** The graph as the bytes of an ONNX model, for `createGraphSession`. */
export function encodeGraph(graph: GraphSpec): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET }],
    producerName: "eddy",
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: (graph.constants ?? []).map(initializer),
      node: graph.nodes.map(({ op, inputs, outputs, attributes = {} }) => ({
        opType: op,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(attribute),
      })),
    },
  }).finish();
}

function valueInfo({ name, type, shape }: ValueSpec) {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: tensorTypes[type], shape: { dim } } } };
}

function initializer({ name, type, shape, values }: ConstantSpec) {
  const data = type === "float32" ? { floatData: [...values] } : { int64Data: [...values] };
  return { name, dims: [...shape], dataType: tensorTypes[type], ...data };
}

function attribute([name, value]: [string, number | readonly number[]]) {
  const { INT, INTS } = onnx.AttributeProto.AttributeType;
  return typeof value === "number" ? { name, type: INT, i: value } : { name, type: INTS, ints: [...value] };
}
