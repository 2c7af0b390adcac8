import { join } from "node:path";
import { topicsOf } from "@eddy/contracts/topics";
import { EmbeddedStreams } from "@eddy/streams/embedded/embedded-streams";
import { createLmdbStorage } from "@eddy/streams/embedded/lmdb-storage";
import { openEngine } from "@eddy/vectors/engine/engine";
import { createInProcessApi } from "@eddy/vectors/in-process";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import type { Ledger } from "./ledger.ts";

export const PIPELINE = "eddy";
export const topics = topicsOf(PIPELINE);
/** What `eddy up --embedder hash` has where nothing else is said. */
export const limits = { maxBytes: 1024 * 1024, dimensions: 384 };

/** The log of a folder that no process uses, while `work` runs. */
export async function withLog<T>(home: string, work: (streams: EmbeddedStreams) => Promise<T>): Promise<T> {
  const streams = new EmbeddedStreams({ storage: createLmdbStorage(join(home, "log")), now: Date.now });
  try {
    return await work(streams);
  } finally {
    await streams.close();
  }
}

/** The log and the points of a folder that no process uses. */
export async function withLedger<T>(
  home: string,
  work: (ledger: Ledger) => Promise<T>,
  storeFolder = join(home, "qdrant"),
): Promise<T> {
  return withLog(home, async (streams) => {
    const engine = openEngine({ dir: storeFolder });
    try {
      const points = await allPoints(createQdrantStore(createInProcessApi(engine), PIPELINE));
      return await work({ streams, topics, points, limits });
    } finally {
      await engine.close();
    }
  });
}

/** Of a store; throws where a document has two. */
export async function allPoints(store: VectorStore): Promise<Map<string, StoredPoint>> {
  const found = new Map<string, StoredPoint>();
  for (const deleted of [false, true]) {
    let after: string | undefined;
    do {
      const where = deleted ? { deleted } : {};
      const page = await store.page({ where, limit: 1_000, ...(after !== undefined && { after }) });
      for (const point of page.points) {
        const id = point.payload.document_id;
        if (found.has(id)) throw new Error(`G1 ${id} has two points`);
        found.set(id, point);
      }
      after = page.next;
    } while (after !== undefined);
  }
  return found;
}
