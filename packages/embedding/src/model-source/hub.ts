import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DownloadLimits, download, reasonOf } from "./download.ts";
import { type Dtype, type FetchedModel, type ModelRequest, type ModelSource, SourceFault } from "./port.ts";

export interface HubOptions {
  /** `https://huggingface.co`, or a mirror of the same layout (HF_ENDPOINT). */
  readonly endpoint: string;
  /** For models that are not public (HF_TOKEN). */
  readonly token?: string;
  /** Longest wait for the first answer, in milliseconds. */
  readonly answerMs: number;
  readonly limits?: Partial<DownloadLimits>;
}

/** Weights by the names that exporters use; the first that is there counts. */
const weightFiles: Readonly<Record<Dtype, readonly string[]>> = {
  int8: ["onnx/model_quantized.onnx", "onnx/model_int8.onnx", "onnx/model_qint8_avx512_vnni.onnx"],
  fp32: ["onnx/model.onnx", "model.onnx"],
  fp16: ["onnx/model_fp16.onnx"],
};
const needed = ["tokenizer.json"];
const welcome = ["tokenizer_config.json", "config.json", "sentence_bert_config.json", "1_Pooling/config.json"];

interface RemoteFile {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
  readonly size?: number;
  readonly sha256?: string;
}

/**
 * The Hugging Face hub: `<endpoint>/<model>/resolve/<revision>/<file>`. A HEAD tells the commit, the size and, for large
 * files, the sha256 (`x-linked-etag`); all files are then taken from that one commit.
 */
export function createHubSource(options: HubOptions): ModelSource {
  const { endpoint, token } = options;
  const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const limits = {
    stallMs: 30_000,
    attempts: 5,
    sleep: (failures: number) => sleep(500 * 2 ** failures),
    ...options.limits,
  };

  async function find(model: string, revision: string, path: string): Promise<RemoteFile | undefined> {
    const url = `${endpoint}/${model}/resolve/${revision}/${path}`;
    const response = await head(url, headers, options.answerMs);
    if (response.status === 404) return undefined;
    if (response.status === 401 || response.status === 403) {
      // The hub says 401 for a model that is not there, too.
      throw new SourceFault(
        `${endpoint} gives no model ${model} (HTTP ${response.status}): no such name, or it wants HF_TOKEN`,
      );
    }
    if (response.status >= 400) throw new SourceFault(`${url}: HTTP ${response.status}`);
    return remoteFile(path, url, response.headers, revision);
  }

  return {
    name: "hub",
    async fetch({ model, dtype, folder, onProgress, signal }: ModelRequest): Promise<FetchedModel> {
      const first = await find(model, "main", needed[0]!);
      if (!first) throw new SourceFault(`${endpoint} has no ${model} with a tokenizer.json`);
      const { commit } = first;
      const find1 = (path: string) => find(model, commit, path);
      const weights = await firstFound(weightFiles[dtype], find1);
      if (!weights)
        throw new SourceFault(
          `${model} has no ${dtype} ONNX file on ${endpoint} (looked for ${weightFiles[dtype].join(", ")})`,
        );
      const others = await Promise.all([...welcome, `${weights.path}_data`].map(find1));
      const files = [first, ...others.filter((file) => file !== undefined), weights];
      for (const file of files) {
        const report = (received: number) =>
          onProgress?.({ source: "hub", file: file.path, received, total: file.size });
        await download({ ...file, path: join(folder, file.path), headers, onProgress: report, signal }, limits);
      }
      return { weights: weights.path, files: files.map(({ path }) => path), origin: `${model}@${commit}` };
    },
  };
}

async function firstFound<T>(
  paths: readonly string[],
  find: (path: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const path of paths) {
    const found = await find(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Follows redirects within the hub, and stops at the one to its file store: the answer before it has the facts. */
async function head(url: string, headers: Readonly<Record<string, string>>, answerMs: number): Promise<Response> {
  const origin = new URL(url).origin;
  for (let at = url, hops = 0; ; hops++) {
    let response: Response;
    try {
      response = await fetch(at, {
        method: "HEAD",
        redirect: "manual",
        headers: { ...headers, "accept-encoding": "identity" },
        signal: AbortSignal.timeout(answerMs),
      });
    } catch (error) {
      throw new SourceFault(`${origin} can't be reached (${reasonOf(error)})`, { cause: error });
    }
    const location = response.headers.get("location");
    const next = location === null ? undefined : new URL(location, at);
    if (next === undefined || next.origin !== origin || hops >= 5 || response.headers.has("x-linked-etag"))
      return response;
    at = next.href;
  }
}

function remoteFile(path: string, url: string, headers: Headers, revision: string): RemoteFile {
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(/^W\/|"/g, "");
  const length = headers.get("x-linked-size") ?? (headers.has("location") ? null : headers.get("content-length"));
  return {
    path,
    url,
    commit: headers.get("x-repo-commit") ?? revision,
    ...(length !== null && { size: Number(length) }),
    ...(/^[0-9a-f]{64}$/.test(etag) && { sha256: etag }),
  };
}
