// @ts-check
/**
 * The thread that holds the ONNX session: onnxruntime-node runs a graph on the thread that asks for it, so a session on
 * the main thread would stop the HTTP server, the heart-beats and the tokenizer for as long as each batch takes.
 *
 * JavaScript, because Node 20 can't start a thread from TypeScript sources, and the tests run from those.
 * The only file of this package that imports onnxruntime-node.
 *
 * @typedef {{ file: string, device: string, threads: number }} ThreadOptions
 * @typedef {{ id: number, ids: BigInt64Array, mask: BigInt64Array, rows: number, width: number }} RunRequest
 * @typedef {{ id: number, data: Float32Array, dims: readonly number[], seconds: number } | { id: number, error: string }} RunReply
 * @typedef {{ ready: true, output: string } | { failed: "device" | "model" | "graph", message: string }} StartReply
 */
import { parentPort, workerData } from "node:worker_threads";
import * as ort from "onnxruntime-node";

const OUTPUTS = ["last_hidden_state", "token_embeddings", "output_0", "sentence_embedding"];
const INPUTS = ["input_ids", "attention_mask", "token_type_ids"];

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { file, device, threads } = /** @type {ThreadOptions} */ (workerData);

// The fp32 graph of the Maven artifact names both axes of its inputs alike; ONNX Runtime warns of that at each run.
const quiet = { logSeverityLevel: /** @type {const} */ (3) };

/** @returns {Promise<ort.InferenceSession | undefined>} */
async function start() {
  try {
    return await ort.InferenceSession.create(file, {
      ...quiet,
      executionProviders: [device],
      intraOpNumThreads: threads,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port.postMessage({ failed: device === "cpu" ? "model" : "device", message });
    return undefined;
  }
}

const session = await start();
if (session !== undefined) {
  const unknown = session.inputNames.find((name) => !INPUTS.includes(name));
  const output = OUTPUTS.find((name) => session.outputNames.includes(name)) ?? session.outputNames[0];
  if (unknown !== undefined || output === undefined) {
    port.postMessage({ failed: "graph", message: unknown ? `it asks for the input "${unknown}"` : "it has no output" });
  } else {
    serve(session, output);
    port.postMessage({ ready: true, output });
  }
}

/**
 * @param {ort.InferenceSession} session
 * @param {string} output
 */
function serve(session, output) {
  port.on("message", async (/** @type {RunRequest | "close"} */ message) => {
    if (message === "close") {
      await session.release();
      port.close();
      return;
    }
    const { id, ids, mask, rows, width } = message;
    try {
      /** @param {BigInt64Array} data */
      const tensor = (data) => new ort.Tensor("int64", data, [rows, width]);
      const given = { input_ids: ids, attention_mask: mask, token_type_ids: new BigInt64Array(ids.length) };
      const feeds = Object.fromEntries(
        Object.entries(given)
          .filter(([name]) => session.inputNames.includes(name))
          .map(([name, data]) => [name, tensor(data)]),
      );
      const start = performance.now();
      const result = (await session.run(feeds, [output], quiet))[output];
      const seconds = (performance.now() - start) / 1000;
      if (!(result?.data instanceof Float32Array)) throw new Error(`the output "${output}" is not float32`);
      port.postMessage({ id, data: result.data, dims: result.dims, seconds });
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
}
