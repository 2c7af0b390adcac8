import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/** Opset 13 has every operator used here, with `axes` of Unsqueeze, Squeeze and ReduceSum as inputs. */
const OPSET = 13;
const IR_VERSION = 8;

const tensorTypes = {
  float32: onnx.TensorProto.DataType.FLOAT,
  int64: onnx.TensorProto.DataType.INT64,
  bool: onnx.TensorProto.DataType.BOOL,
} as const;

/** A value that enters or leaves a graph. A dimension is a number, or a name where it changes from run to run. */
export interface ValueSpec {
  readonly name: string;
  readonly type: keyof typeof tensorTypes;
  readonly shape: readonly (number | string)[];
}

/** An integer, a list of integers, or the body of a loop: all that these graphs use. */
export type AttributeSpec = number | readonly number[] | GraphSpec;

/** One operator. */
export interface NodeSpec {
  readonly op: string;
  /** An empty name stands for an optional input that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

/** A constant held in the graph: a scalar when `shape` is empty. */
export interface ConstantSpec {
  readonly name: string;
  readonly type: "float32" | "int64";
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A graph, or the body of a loop, which also sees the values of the graph around it. */
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
    graph: graphProto(graph),
  }).finish();
}

function graphProto({ name, inputs, outputs, constants = [], nodes }: GraphSpec) {
  return {
    name,
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
    initializer: constants.map(initializer),
    node: nodes.map((node) => ({
      opType: node.op,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: Object.entries(node.attributes ?? {}).map(attribute),
    })),
  };
}

function valueInfo({ name, type, shape }: ValueSpec) {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: tensorTypes[type], shape: { dim } } } };
}

/** `rawData` is little-endian, as is every machine that Node runs on. */
function initializer({ name, type, shape, values }: ConstantSpec) {
  const array = type === "float32" ? Float32Array.from(values) : BigInt64Array.from(Array.from(values, BigInt));
  return { name, dims: [...shape], dataType: tensorTypes[type], rawData: new Uint8Array(array.buffer) };
}

function attribute([name, value]: [string, AttributeSpec]): InstanceType<typeof onnx.AttributeProto> {
  const { INT, INTS, GRAPH } = onnx.AttributeProto.AttributeType;
  if (typeof value === "number") return onnx.AttributeProto.create({ name, type: INT, i: value });
  if ("nodes" in value) return onnx.AttributeProto.create({ name, type: GRAPH, g: graphProto(value) });
  return onnx.AttributeProto.create({ name, type: INTS, ints: [...value] });
}
