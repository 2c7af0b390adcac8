// Vectors of texts by our own embedder, made once and cached by content in the user's cache.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEmbedder, defaultCacheDir } from "@eddy/embedding/create-embedder";

export const DIMENSIONS = 384;

/** @returns a Float32Array of texts.length × 384, row by row */
export async function vectorsOf(name, texts, dtype = "fp32") {
  const cache = join(defaultCacheDir(), "bench");
  mkdirSync(cache, { recursive: true });
  const digest = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 12);
  const file = join(cache, `${name}-${dtype}-${digest}.f32`);
  if (!existsSync(file)) {
    const embedder = await createEmbedder({ dtype });
    const all = new Float32Array(texts.length * DIMENSIONS);
    for (const [row, { vector }] of (await embedder.embed(texts)).entries()) all.set(vector, row * DIMENSIONS);
    writeFileSync(`${file}.part`, Buffer.from(all.buffer));
    renameSync(`${file}.part`, file);
    await embedder.close();
  }
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
