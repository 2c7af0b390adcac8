/** The files of an embedding model, of a data set and of a training, of any bytes: they are read, or refused with a code. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readParquet } from "@eddy/datasets/public/parquet";
import { decodeAutoencoder, decodeFineTuning, encodeAutoencoder, encodeFineTuning } from "@eddy/deep/checkpoint";
import { modelProfile } from "@eddy/embedding/model-profile";
import { findCached, findDamage } from "@eddy/embedding/model-source/cache";
import { entriesOf } from "@eddy/embedding/model-source/maven";
import { readModelFiles } from "@eddy/embedding/model-source/model-files";
import { SourceFault } from "@eddy/embedding/model-source/port";
import { createTokenizer } from "@eddy/embedding/tokenizer";
import fc from "fast-check";
import { zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, test } from "vitest";
import { FUZZ_MS, fuzz, jsonText, nearly, orFault } from "./fuzz.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-fuzz-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const DAMAGED = ["MODEL_DAMAGED"];

describe("the files of a model", () => {
  const tokenizerFile = {
    version: "1.0",
    normalizer: { type: "BertNormalizer", lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    added_tokens: [{ id: 0, content: "[PAD]", special: true }],
    model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
  };
  const vocab = { "[PAD]": 0, "[UNK]": 1, a: 2, b: 3, "##b": 4 };
  const whole = JSON.stringify({ ...tokenizerFile, model: { ...tokenizerFile.model, vocab } });
  /** One of its parts replaced by any JSON. */
  const changed = fc
    .tuple(fc.constantFrom(...Object.keys(tokenizerFile)), jsonText)
    .map(([name, value]) => whole.replace(JSON.stringify(name), () => `${JSON.stringify(name)}:${value},"x"`));
  const config = fc.oneof(
    jsonText,
    jsonText.map((value) => `{"max_position_embeddings":${value},"max_seq_length":${value}}`),
  );

  test(
    "tokenizer.json and what stands beside it",
    () => {
      mkdirSync(join(dir, "model", "1_Pooling"), { recursive: true });
      return fuzz(
        fc.tuple(fc.oneof(fc.constant(whole), changed, nearly(fc.constant(whole))), nearly(config)),
        async ([tokenizer, beside]) => {
          writeFileSync(join(dir, "model", "tokenizer.json"), tokenizer);
          for (const name of ["config.json", "sentence_bert_config.json", "1_Pooling/config.json"])
            writeFileSync(join(dir, "model", name), beside);
          const files = await orFault(DAMAGED, () => readModelFiles(join(dir, "model")));
          if (files === undefined) return;
          const { maxTokens, pooling } = modelProfile("owner/model", files.configs);
          expect(maxTokens).toBeGreaterThan(2);
          expect(maxTokens).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
          expect(["cls", "mean"]).toContain(pooling);
          const made = await orFault(DAMAGED, () => createTokenizer(files.tokenizer));
          expect(made?.padId ?? 0).toBeTypeOf("number");
        },
        300,
      );
    },
    FUZZ_MS,
  );

  test("a manifest of the cache, which names no file outside of its folder", () => {
    const folder = join(dir, "models", "int8-a");
    mkdirSync(folder, { recursive: true });
    const manifest = {
      ...{ format: 1, model: "m", dtype: "int8", revision: "a", source: "hub", origin: "o" },
      ...{ fetched_at: "2026-11-23T00:00:00Z", weights: "model.onnx" },
      files: [{ path: "model.onnx", size: 1, sha256: "0".repeat(64) }],
    };
    const changed = fc
      .tuple(fc.constantFrom(...Object.keys(manifest)), jsonText)
      .map(([name, value]) => JSON.stringify(manifest).replace(`"${name}"`, () => `"${name}":${value},"x"`));
    const outside = fc
      .constantFrom("../../x", "/etc/passwd", "a/../../b", "..\\x")
      .map((path) => JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path }] }));
    return fuzz(
      fc.oneof(nearly(fc.constant(JSON.stringify(manifest))), changed, outside),
      async (bytes) => {
        writeFileSync(join(folder, "manifest.json"), bytes);
        const cached = await orFault(["FORMAT_UNKNOWN"], () => findCached(join(dir, "models"), "int8"));
        if (cached === undefined) return;
        for (const { path } of cached.manifest.files) expect(join(folder, path).startsWith(folder)).toBe(true);
        expect(await findDamage(cached)).toContain(folder);
      },
      300,
    );
  });

  test("the jar that Maven brings", () => {
    const jar = zipSync({
      "a.onnx": Buffer.from("weights".repeat(50)),
      "tokenizer.json": Buffer.from("{}"),
      x: Buffer.from("x"),
    });
    return fuzz(
      nearly(fc.constant(jar)),
      (bytes) => {
        try {
          for (const name of Object.keys(entriesOf(bytes))) expect(name).toMatch(/\.onnx$|tokenizer\.json$/);
        } catch (error) {
          expect(error).toBeInstanceOf(SourceFault);
        }
      },
      500,
    );
  });
});

/** Not one with bytes changed inside: hyparquet can take hours over such a page. They come by TLS, for `eddy reproduce` alone. */
test("a parquet file of the hub that is cut short, or none", () => {
  const columnData = [
    { name: "text", data: ["a text", "another", "a text"], type: "STRING" as const },
    { name: "label", data: [0, 1, 2], type: "INT32" as const },
  ];
  const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
  const path = join(dir, "rows.parquet");
  const cut = fc.nat(whole.length - 1).map((length) => whole.subarray(0, length));
  return fuzz(fc.oneof(cut, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
    writeFileSync(path, bytes);
    expect(await orFault(["RECORD_DAMAGED"], () => readParquet(path))).toBeUndefined();
    writeFileSync(path, whole);
    expect(await readParquet(path)).toHaveLength(3);
  });
});

test("what is kept of a training", () => {
  const training = { steps: 3, tensors: { w: Float32Array.of(1, 2), b: Float32Array.of(3) } };
  const curve = [{ epoch: 1, loss: 0.5 }] as never;
  const encoder = encodeAutoencoder({ epoch: 1, curve, training });
  const tuning = encodeFineTuning({
    ...{ epoch: 1, training, start: Int32Array.of(0, 1), clusters: Int32Array.of(1, 0) },
  });
  return fuzz(fc.oneof(...[encoder, tuning].map((bytes) => nearly(fc.constant(bytes)))), async (bytes) => {
    for (const decode of [decodeAutoencoder, decodeFineTuning])
      await orFault(["MODEL_DAMAGED", "FORMAT_UNKNOWN"], () => decode(bytes) as unknown);
  });
});
