import type { ModelProgress } from "../port.ts";

/** fp16 is for GPUs. */
export type Dtype = "int8" | "fp32" | "fp16";

/** What is asked of a source. */
export interface ModelRequest {
  /** As on the hub: `Xenova/all-MiniLM-L6-v2`. */
  readonly model: string;
  readonly dtype: Dtype;
  /** An empty folder for the files; what an earlier try left there may be gone on with. */
  readonly folder: string;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a source brought into the folder. Paths are relative to it. */
export interface FetchedModel {
  /** The .onnx file. */
  readonly weights: string;
  readonly files: readonly string[];
  /** The source's own name of what it gave: a commit, an artifact. */
  readonly origin: string;
}

/** A place that models come from. One file a source. */
export interface ModelSource {
  readonly name: SourceName;
  /** Throws a SourceFault where the model can't be had from here. */
  fetch(request: ModelRequest): Promise<FetchedModel>;
}

export type SourceName = "hub" | "maven";

/** Why one source did not give the model: a line for a person. The next source is tried. */
export class SourceFault extends Error {}
