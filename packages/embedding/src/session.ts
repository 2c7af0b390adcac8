import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { FatalError } from "@eddy/contracts/errors";
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { RunReply, RunRequest, StartReply, ThreadOptions } from "./inference-thread.js";
import { createSessionPool } from "./session-pool.ts";

export type Device = "cpu" | "webgpu" | "cuda";

/** Token ids of several texts, padded to the longest: rows × width, row by row. */
export interface PaddedBatch {
  readonly ids: BigInt64Array<ArrayBuffer>;
  /** 1 where there is a token, 0 where there is padding. */
  readonly mask: BigInt64Array<ArrayBuffer>;
  readonly rows: number;
  readonly width: number;
}

/** float32: [rows, width, dimensions] a vector each token, or [rows, dimensions] where the graph itself pools. */
export interface HiddenStates {
  readonly data: Float32Array<ArrayBuffer>;
  readonly dims: readonly number[];
}

export interface RunResult extends HiddenStates {
  /** That the graph ran, without the wait for its turn. */
  readonly seconds: number;
}

export interface Session {
  readonly device: Device;
  /** Batches that run at the same time. */
  readonly lanes: number;
  /** Batches begin in the order asked for. The arrays of the batch are given away. */
  run(batch: PaddedBatch): Promise<RunResult>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** The .onnx file. */
  readonly file: string;
  /** `auto` = CUDA where it is installed and works, else the CPU. */
  readonly device: Device | "auto";
  /** Threads that compute, on the CPU. */
  readonly threads: number;
  /** Sessions on the CPU that share them; by default one a thread, `MAX_SESSIONS` at most. */
  readonly sessions?: number;
}

/** Each holds the weights once more. */
const MAX_SESSIONS = 4;

/** Throws FatalError DEVICE_UNAVAILABLE, or MODEL_DAMAGED or MODEL_UNAVAILABLE where the graph can't be used. */
export async function createSession({ device, ...options }: SessionOptions): Promise<Session> {
  // Asked for a CUDA library that is not there, ONNX Runtime writes its own lines on the terminal: look first.
  if (device === "cuda" && !hasCudaLibrary()) throw deviceFault("cuda", "its library is not installed");
  if (device !== "auto") return openDevice(device, options);
  if (!hasCudaLibrary()) return openDevice("cpu", options);
  try {
    return await openDevice("cuda", options);
  } catch (error) {
    if (!(error instanceof FatalError && error.code === "DEVICE_UNAVAILABLE")) throw error;
    return openDevice("cpu", options);
  }
}

async function openDevice(device: Device, options: Omit<SessionOptions, "device">): Promise<Session> {
  const { file, threads } = options;
  const count = device === "cpu" ? (options.sessions ?? Math.min(threads, MAX_SESSIONS)) : 1;
  const each = Math.max(1, Math.floor(threads / count));
  const first = await startSession({ file, device, threads: each });
  if (count === 1) return first;
  const others = Array.from({ length: count - 1 }, () => startSession({ file, device, threads: each }));
  return createSessionPool([first, ...(await Promise.all(others))]);
}

function hasCudaLibrary(): boolean {
  const home = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const names = ["libonnxruntime_providers_cuda.so", "onnxruntime_providers_cuda.dll"];
  return names.some((name) => existsSync(join(home, "bin", "napi-v6", process.platform, process.arch, name)));
}

type StartOptions = ThreadOptions & { readonly device: Device };
type Failure = Exclude<StartReply, { ready: true }>;

async function startSession(options: StartOptions): Promise<Session> {
  const thread = new Worker(new URL("./inference-thread.js", import.meta.url), { workerData: options });
  const waiting = new Map<number, Deferred<RunResult>>();
  const started = createDeferred<StartReply>();
  const ended = createDeferred();
  let gone: FatalError | undefined;
  let lastId = 0;

  function end(cause?: unknown): void {
    gone ??= new FatalError("INTERNAL", "the session of the embedding model has ended", { cause });
    started.reject(gone);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  }
  thread.once("message", (first: StartReply) => {
    started.resolve(first);
    thread.on("message", (reply: RunReply) => {
      const run = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("error" in reply) run?.reject(new FatalError("INTERNAL", `the embedding model failed: ${reply.error}`));
      else run?.resolve(reply as RunResult);
    });
  });
  thread.on("error", end);
  thread.on("exit", () => {
    end();
    ended.resolve();
  });

  const start = await started.promise;
  if ("failed" in start) {
    await ended.promise;
    throw startFault(start, options);
  }
  return {
    device: options.device,
    lanes: 1,
    run({ ids, mask, rows, width }) {
      if (gone) return Promise.reject(gone);
      const run = createDeferred<RunResult>();
      const request: RunRequest = { id: ++lastId, ids, mask, rows, width };
      waiting.set(request.id, run);
      thread.postMessage(request, [ids.buffer, mask.buffer]);
      return run.promise;
    },
    async close() {
      thread.postMessage("close");
      await ended.promise;
    },
  };
}

function startFault({ failed, message }: Failure, { file, device }: StartOptions): FatalError {
  // Of a native error the last sentence is for people; what stands before is C++.
  const reason = message
    .trim()
    .split(/(?<=\.) /)
    .at(-1)!
    .slice(0, 300);
  if (failed === "device") return deviceFault(device, reason);
  if (failed === "graph")
    return new FatalError("MODEL_UNAVAILABLE", `${file} is not a text embedding model: ${reason}`);
  return new FatalError("MODEL_DAMAGED", `ONNX Runtime can't read ${file} (${reason}): remove it to get it again`);
}

const deviceRemedies: Readonly<Record<Device, string>> = {
  cpu: "use a platform that onnxruntime-node has a binary for",
  cuda: "it needs an NVIDIA driver and the CUDA libraries of onnxruntime-node; or use --device cpu",
  webgpu: "it needs a Vulkan, Metal or Direct3D 12 driver; or use --device cpu",
};

function deviceFault(device: Device, reason: string): FatalError {
  return new FatalError(
    "DEVICE_UNAVAILABLE",
    `device ${device} was asked for and is not there (${reason}): ${deviceRemedies[device]}`,
  );
}
