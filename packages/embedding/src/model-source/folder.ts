import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { revisionOf } from "./cache.ts";
import { sha256Of } from "./download.ts";
import type { Dtype } from "./port.ts";

/** A model whose files are on this machine. */
export interface LocatedModel {
  readonly folder: string;
  /** The .onnx file. */
  readonly weights: string;
  readonly revision: string;
}

const weightNames: Readonly<Record<Dtype, readonly string[]>> = {
  int8: ["model_quantized.onnx", "model_int8.onnx", "model_qint8_avx512_vnni.onnx"],
  fp32: ["model.onnx"],
  fp16: ["model_fp16.onnx"],
};

/** A folder of a person's own, laid out as on the hub (`onnx/model.onnx`) or flat. Throws FatalError MODEL_UNAVAILABLE. */
export async function openModelFolder(path: string, dtype: Dtype): Promise<LocatedModel> {
  const folder = resolve(path);
  const fault = (what: string) => new FatalError("MODEL_UNAVAILABLE", `${folder} ${what}`);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw fault("is not a folder");
  if (!existsSync(join(folder, "tokenizer.json"))) throw fault("has no tokenizer.json");
  const candidates = weightNames[dtype].flatMap((name) => [join("onnx", name), name]);
  const weights = candidates.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (weights === undefined) throw fault(`has no ${dtype} weights (looked for ${candidates.join(", ")})`);
  return { folder, weights, revision: revisionOf(await sha256Of(weights)) };
}
