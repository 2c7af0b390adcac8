import { createForward, encodeForwardGraph, type ForwardSpec, type TensorValues } from "@eddy/compute/forward-graph";
import { inOrder } from "./batches.ts";
import type { Network } from "./network.ts";
import type { Rows } from "./rows.ts";

/** Rows that one run of the net takes. */
const CHUNK = 1_024;

/**
 * The net up to a layer as an ordinary ONNX model: input `x` [rows, width], output [rows, units] under the layer's name.
 * @throws RangeError where there is no such layer
 */
export function exportEncoder(network: Network, weights: TensorValues, layer: string): Uint8Array {
  return encodeForwardGraph(upTo(network, layer), weights);
}

/**
 * The output of one layer for all rows, CHUNK rows at a time.
 * @returns rows × units of the layer, row by row
 */
export async function encodeRows(
  network: Network,
  weights: TensorValues,
  layer: string,
  rows: Rows,
): Promise<Float32Array> {
  const forward = await createForward(upTo(network, layer));
  const units = network.layers.find(({ name }) => name === layer)!.units;
  const codes = new Float32Array(rows.count * units);
  try {
    for await (const { first, count, values } of inOrder(rows, CHUNK)) {
      const outputs = await forward.run(count, { x: values }, weights);
      codes.set(outputs[layer]!, first * units);
    }
  } finally {
    await forward.close();
  }
  return codes;
}

function upTo(network: Network, layer: string): ForwardSpec {
  const at = network.layers.findIndex(({ name }) => name === layer);
  if (at < 0) {
    throw new RangeError(`there is no layer ${layer}; there are ${network.layers.map(({ name }) => name).join(", ")}`);
  }
  return {
    name: layer,
    inputs: [{ name: "x", width: network.inputWidth }],
    tensors: [...network.parameters, ...network.buffers],
    forward: (tape, values) => ({ [layer]: network.forward(tape, values.input("x"), values).get(layer)! }),
  };
}
