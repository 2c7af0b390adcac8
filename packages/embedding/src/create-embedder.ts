import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import type { EmbedderObserver } from "./embedder-metrics.ts";
import { createHashEmbedder } from "./hash-embedder.ts";
import { modelProfile } from "./model-profile.ts";
import { type LocatedModel, openModelFolder } from "./model-source/folder.ts";
import { createHubSource } from "./model-source/hub.ts";
import { locateModel } from "./model-source/locate-model.ts";
import { createMavenSource } from "./model-source/maven.ts";
import { readModelFiles } from "./model-source/model-files.ts";
import { DEFAULT_MODEL, hubName } from "./model-source/model-name.ts";
import type { Dtype, ModelSource } from "./model-source/port.ts";
import { createOnnxEmbedder, type LongTexts } from "./onnx-embedder.ts";
import type { Embedder, ModelProgress } from "./port.ts";
import { createSession, type Device } from "./session.ts";

/** `auto` = cache, hub, Maven; `hub` and `maven` = that source alone, or what it once gave; `cache` = no network. */
export type SourceChoice = "auto" | "hub" | "maven" | "cache";

export interface EmbedderOptions {
  /** `onnx` = a sentence-transformers model; `hash` = by words alone, no model. */
  readonly embedder?: "onnx" | "hash";
  /** A name of the Hugging Face hub. */
  readonly model?: string;
  readonly dtype?: Dtype;
  readonly device?: Device | "auto";
  readonly cacheDir?: string;
  readonly source?: SourceChoice;
  /** A folder with the model's files, instead of a source. */
  readonly modelPath?: string;
  /** Less than the model reads makes long texts cheaper. More is not possible. */
  readonly maxTokens?: number;
  readonly long?: LongTexts;
  /** Threads that compute, on the CPU; all there are by default. */
  readonly threads?: number;
  /** Sessions that share them; see SessionOptions. */
  readonly sessions?: number;
  /** Most tokens of a batch, padding included. */
  readonly batchMaxTokens?: number;
  readonly hub?: { readonly endpoint?: string; readonly token?: string };
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly observer?: EmbedderObserver;
  /** Stops the fetching of a model. */
  readonly signal?: AbortSignal;
}

/**
 * Most tokens of a batch. On the CPU, what one core's cache of 512 kB holds of a layer: 1,024 cost a tenth more, 2,048 a third
 * (int8, one thread a session). A GPU has thousands of lanes to fill.
 */
const BATCH_MAX_TOKENS: Readonly<Record<Device, number>> = { cpu: 512, webgpu: 16_384, cuda: 16_384 };
const HUB = "https://huggingface.co";

/** Throws FatalError MODEL_UNAVAILABLE, MODEL_DAMAGED, DEVICE_UNAVAILABLE, HOME_NOT_WRITABLE or DISK_FULL. */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  if (options.embedder === "hash") return createHashEmbedder(options.observer ? { observer: options.observer } : {});
  const { dtype = "int8", long = "truncate", device = "auto", threads = availableParallelism() } = options;
  const model = hubName(options.model ?? DEFAULT_MODEL);
  const { folder, weights, revision } = await locate(model, dtype, options);
  const { tokenizer, configs } = await readModelFiles(folder);
  const profile = modelProfile(model, configs);
  const maxTokens = Math.min(profile.maxTokens, options.maxTokens ?? profile.maxTokens);
  // The tokenizer takes half a second to load: not before it is needed, and never for `hash`.
  const { createTokenizer } = await import("./tokenizer.ts");
  const session = await createSession({
    file: weights,
    device,
    threads,
    ...(options.sessions !== undefined && { sessions: options.sessions }),
  });
  return createOnnxEmbedder(createTokenizer(tokenizer), session, {
    model,
    revision,
    dtype,
    profile: { ...profile, maxTokens },
    long,
    batchMaxTokens: options.batchMaxTokens ?? BATCH_MAX_TOKENS[session.device],
    ...(options.observer && { observer: options.observer }),
  });
}

/** EDDY_CACHE, else the cache folder of the platform's user. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.EDDY_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "eddy");
}

async function locate(model: string, dtype: Dtype, options: EmbedderOptions): Promise<LocatedModel> {
  const { modelPath, source = "auto", cacheDir = defaultCacheDir(), onProgress, signal } = options;
  if (modelPath !== undefined) return openModelFolder(modelPath, dtype);
  const sources = sourcesOf(source, options.hub ?? {});
  return locateModel({ model, dtype, cacheDir, sources, strict: sources.length === 1, onProgress, signal });
}

function sourcesOf(choice: SourceChoice, hub: NonNullable<EmbedderOptions["hub"]>): ModelSource[] {
  const hubSource = createHubSource({
    endpoint: (hub.endpoint ?? process.env.HF_ENDPOINT ?? HUB).replace(/\/+$/, ""),
    token: hub.token ?? process.env.HF_TOKEN,
    // Where there is another source, a network that lets nothing through should not hold up the start.
    answerMs: choice === "auto" ? 5_000 : 30_000,
  });
  if (choice === "cache") return [];
  if (choice === "hub") return [hubSource];
  if (choice === "maven") return [createMavenSource()];
  return [hubSource, createMavenSource()];
}
