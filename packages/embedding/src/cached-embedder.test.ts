import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMetrics } from "@eddy/runtime/metrics";
import { afterAll, describe, expect, it } from "vitest";
import { createCacheObserver } from "./cache-metrics.ts";
import { createCachedEmbedder } from "./cached-embedder.ts";
import { describeEmbedder } from "./conformance.ts";
import { type EmbeddingStore, openEmbeddingStore } from "./embedding-store.ts";
import { createHashEmbedder } from "./hash-embedder.ts";
import type { Embedder } from "./port.ts";

const folders: string[] = [];
function openStore(): EmbeddingStore {
  folders.push(mkdtempSync(join(tmpdir(), "eddy-embeddings-")));
  return openEmbeddingStore(folders.at(-1)!, 1 << 20);
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Remembers what it was asked for. */
function createWitness(change: Partial<Embedder["info"]> = {}) {
  const inner = createHashEmbedder();
  const asked: (readonly string[])[] = [];
  const embedder: Embedder = {
    ...inner,
    info: { ...inner.info, ...change },
    embed(texts, options) {
      asked.push(texts);
      return inner.embed(texts, options);
    },
  };
  return { embedder, asked };
}

describeEmbedder({
  name: "cached",
  create: async () => createCachedEmbedder(createHashEmbedder(), openStore()),
  batchCosine: 1 - 1e-6,
});

describe("cached", () => {
  it("asks for what it doesn't have, each once, and gives what the other would", async () => {
    const { embedder, asked } = createWitness();
    const metrics = createMetrics({ processMetrics: false });
    const cached = createCachedEmbedder(embedder, openStore(), createCacheObserver(metrics));
    const first = await cached.embed(["red", "green", "red"]);
    const second = await cached.embed(["blue", "red", "green"]);
    expect(asked).toEqual([["red", "green"], ["blue"]]);
    expect([second[1], second[2]]).toEqual([first[0], first[1]]);
    expect(second).toEqual(await createHashEmbedder().embed(["blue", "red", "green"]));
    const text = await metrics.text();
    expect(text).toMatch(/^eddy_embedding_cache_bytes [1-9]/m);
    expect(text).toContain('eddy_embedding_cache_texts_total{outcome="hit"} 3');
    expect(text).toContain('eddy_embedding_cache_texts_total{outcome="miss"} 3');
    await cached.close();
  });

  it("gives vectors that may be changed in place", async () => {
    const cached = createCachedEmbedder(createHashEmbedder(), openStore());
    const [one, same] = await cached.embed(["red", "red"]);
    one!.vector.fill(0);
    expect(same!.vector.some((value) => value !== 0)).toBe(true);
    const [again] = await cached.embed(["red"]);
    expect(again).toEqual(same);
    await cached.close();
  });

  it("tells texts, kinds, models, lengths and ways apart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "eddy-embeddings-"));
    folders.push(folder);
    const changes = [
      {},
      { revision: "other" },
      { model: "other" },
      { dtype: "fp16" },
      { maxTokens: 7 },
      { longTexts: "chunks" },
      { pooling: "cls" },
    ] as const;
    for (const change of changes) {
      const { embedder, asked } = createWitness(change);
      const cached = createCachedEmbedder(embedder, openEmbeddingStore(folder, 1 << 20));
      await cached.embed(["red"]);
      await cached.embed(["red"], { kind: "query" });
      await cached.embed(["\ud800"]);
      await cached.embed(["\ud801"]);
      expect(asked, JSON.stringify(change)).toHaveLength(4);
      await cached.close();
    }
    const { embedder, asked } = createWitness();
    const cached = createCachedEmbedder(embedder, openEmbeddingStore(folder, 1 << 20));
    await cached.embed(["red", "\ud800", "\ud801"]);
    expect(asked).toEqual([]);
    await cached.close();
  });

  it("embeds where the store can't be written", async () => {
    const store: EmbeddingStore = {
      ...openStore(),
      put() {
        throw new Error("no space left");
      },
    };
    const failures: unknown[] = [];
    const cached = createCachedEmbedder(createHashEmbedder(), store, {
      looked() {},
      held() {},
      failed: (error) => failures.push(error),
    });
    expect(await cached.embed(["red"])).toEqual(await createHashEmbedder().embed(["red"]));
    await cached.close();
    expect(failures).toMatchObject([{ message: "no space left" }]);
  });
});
