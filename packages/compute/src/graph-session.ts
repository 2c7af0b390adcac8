import * as ort from "onnxruntime-node";

export type TensorData = Float32Array | BigInt64Array;

export interface Tensor<T extends TensorData = TensorData> {
  readonly data: T;
  readonly dims: readonly number[];
}

/** Runs one graph on the CPU. A run holds the thread that calls it (onnxruntime-node has no other kind of run). */
export interface GraphSession {
  readonly inputNames: readonly string[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

export interface GraphSessionOptions {
  /** Threads inside one operator; ONNX Runtime's own choice where it is not given. */
  readonly threads?: number;
}

export async function createGraphSession(model: Uint8Array, options: GraphSessionOptions = {}): Promise<GraphSession> {
  const session = await ort.InferenceSession.create(model, {
    logSeverityLevel: 3,
    ...(options.threads !== undefined && { intraOpNumThreads: options.threads }),
  });
  return {
    inputNames: session.inputNames,
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { data, dims }]) => [
          name,
          data instanceof Float32Array ? new ort.Tensor("float32", data, dims) : new ort.Tensor("int64", data, dims),
        ]),
      );
      const outputs = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as TensorData, dims }]),
      );
    },
    close: () => session.release(),
  };
}
