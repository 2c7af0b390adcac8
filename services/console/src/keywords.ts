import { embedderInput } from "@eddy/embedding/embedder-input";
import type { Clock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import { clusterKeywords } from "@eddy/text/ctfidf";
import type { VectorStore } from "@eddy/vectors/port";
import type { ClusterSize } from "./sizes.ts";

export type Keywords = ReadonlyMap<number, readonly string[]>;

export interface KeywordCache {
  /** The words that tell each cluster from the others; never blank where a cluster has documents with words. */
  of(sizes: ReadonlyMap<number, ClusterSize>): Promise<Keywords>;
}

export interface KeywordOptions {
  readonly store: VectorStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

const TOP = 8;
const FRESH_MS = 10_000;
/** Documents read in all, and of one cluster. */
const SAMPLE = 1_000;
const CLUSTER_SAMPLE = { least: 20, most: 100 };

/**
 * Keywords, kept for ten seconds. Older ones are still given while new ones are made; only who asks for a cluster that has
 * none yet waits. The sample of a cluster is its first points in the order of ids, which are hashes of the document ids: a
 * uniform sample, and the same one as long as the documents are.
 */
export function createKeywordCache({ store, clock, logger }: KeywordOptions): KeywordCache {
  let known: Keywords = new Map();
  let madeAt = Number.NEGATIVE_INFINITY;
  let making: Promise<Keywords> | undefined;

  async function make(sizes: ReadonlyMap<number, ClusterSize>): Promise<Keywords> {
    const share = Math.floor(SAMPLE / Math.max(1, sizes.size));
    const limit = Math.min(CLUSTER_SAMPLE.most, Math.max(CLUSTER_SAMPLE.least, share));
    const samples = new Map<number, string[]>();
    for (const [id, { names }] of sizes) {
      const texts: string[] = [];
      for (const cluster of names) {
        const { points } = await store.page({ where: { cluster }, limit: Math.ceil(limit / names.length) });
        for (const { payload } of points) texts.push(embedderInput({ title: payload.title, text: payload.text ?? "" }));
      }
      samples.set(id, texts);
    }
    const words = clusterKeywords(samples, { top: TOP });
    return new Map([...words].map(([id, found]) => [id, found.map(({ word }) => word)]));
  }

  function refresh(sizes: ReadonlyMap<number, ClusterSize>): Promise<Keywords> {
    making ??= make(sizes)
      .then((keywords) => {
        known = keywords;
        madeAt = clock.now();
        return keywords;
      })
      .finally(() => {
        making = undefined;
      });
    return making;
  }

  return {
    async of(sizes) {
      const lacking = [...sizes].some(([id, { documents }]) => documents > 0 && !known.get(id)?.length);
      if (lacking) return refresh(sizes);
      if (clock.now() - madeAt >= FRESH_MS)
        refresh(sizes).catch((error: Error) => logger.warn(`keywords stay as they are: ${error.message}`));
      return known;
    },
  };
}
