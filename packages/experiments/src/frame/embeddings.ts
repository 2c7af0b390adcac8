import { createEmbedder } from "@eddy/embedding/create-embedder";
import type { Embedder } from "@eddy/embedding/port";
import { cacheKey, digestOf } from "./cache.ts";
import type { Matrix } from "./matrix.ts";
import { headed } from "./remember.ts";
import type { Run, Tell } from "./run.ts";

/** Texts that are embedded and kept at a time: what a stopped run loses at most. */
const SLICE = 256;

export interface Embeddings extends Matrix {
  readonly model: string;
  readonly revision: string;
  readonly maxTokens: number;
  /** Texts longer than what the model reads. */
  readonly truncated: number;
  /** As measured when they were made, on the machine that made them. */
  readonly documentsPerSecond: number;
}

interface Slice {
  readonly seconds: number;
  readonly truncated: number;
  readonly revision: string;
  readonly maxTokens: number;
  readonly width: number;
}

const slices = headed<Slice>();

/** Unit vectors of texts, fp32, each text once: slices are kept by their content. */
export async function embedTexts(run: Run, texts: readonly string[], model = run.options.model): Promise<Embeddings> {
  const cut = Array.from({ length: Math.ceil(texts.length / SLICE) }, (_, at) =>
    texts.slice(at * SLICE, (at + 1) * SLICE),
  );
  const keys = cut.map((slice) => cacheKey("embedded", { model, dtype: "fp32", slice }));
  const kept = await Promise.all(keys.map((key) => run.cache.read(key)));
  const missing = kept.flatMap((bytes, at) => (bytes === undefined ? [at] : []));
  if (missing.length > 0) {
    await run.step(`embedding ${texts.length} texts`, (tell) =>
      withEmbedder(run, model, async (embedder) => {
        for (const [done, at] of missing.entries()) {
          run.signal.throwIfAborted();
          const bytes = await embedSlice(embedder, cut[at]!, run);
          await run.cache.write(keys[at]!, bytes);
          kept[at] = bytes;
          tellPace(tell, done + 1, missing.length);
        }
      }),
    );
  }
  return assemble(model, texts.length, kept as Uint8Array[], keys);
}

/** Slices take different times, so the share is all that is told. */
const tellPace = (tell: Tell, done: number, all: number) => tell(done / all);

async function withEmbedder(run: Run, model: string, work: (embedder: Embedder) => Promise<void>): Promise<void> {
  const embedder = await createEmbedder({
    model,
    dtype: "fp32",
    device: "cpu",
    source: run.options.modelSource,
    signal: run.signal,
    onProgress: ({ source, file, received, total }) =>
      run.say(
        `fetching ${file} (${source})${total ? `: ${Math.round((100 * received) / total)} % of ${Math.round(total / 1e6)} MB` : ""}`,
      ),
  });
  try {
    await work(embedder);
  } finally {
    await embedder.close();
  }
}

async function embedSlice(embedder: Embedder, texts: readonly string[], { clock, signal }: Run): Promise<Uint8Array> {
  const from = clock.now();
  const embedded = await embedder.embed(texts, { signal });
  const { revision, maxTokens, dimensions: width } = embedder.info;
  const values = new Float32Array(texts.length * width);
  for (const [row, { vector }] of embedded.entries()) values.set(vector, row * width);
  const header: Slice = {
    seconds: (clock.now() - from) / 1_000,
    truncated: embedded.filter(({ truncated }) => truncated).length,
    ...{ revision, maxTokens, width },
  };
  return slices.encode({ header, values });
}

function assemble(model: string, count: number, parts: readonly Uint8Array[], keys: readonly string[]): Embeddings {
  const read = parts.map((bytes) => slices.decode(bytes));
  const { revision, maxTokens, width } = read[0]!.header;
  const values = new Float32Array(count * width);
  let at = 0;
  for (const slice of read) {
    values.set(slice.values, at);
    at += slice.values.length;
  }
  const sum = (of: (slice: Slice) => number) => read.reduce((total, { header }) => total + of(header), 0);
  return {
    ...{ values, count, width, model, revision, maxTokens },
    key: digestOf(revision, ...keys),
    truncated: sum(({ truncated }) => truncated),
    documentsPerSecond: count / sum(({ seconds }) => seconds),
  };
}
