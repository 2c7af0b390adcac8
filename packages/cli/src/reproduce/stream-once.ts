import { floatsToBase64 } from "@eddy/contracts/vector-bytes";
import type { StreamDocuments } from "@eddy/experiments/frame/streamed";
import { systemClock } from "@eddy/runtime/clock";
import { openScratchRiver, readyVectors } from "./scratch-river.ts";

/** Publishes documents with ready vectors to a pipeline of their own, and waits for all of them. */
export const streamOnce: StreamDocuments = async (documents, { clusters, dimensions, signal }) => {
  const river = await openScratchRiver({ embedder: readyVectors(dimensions), clusters });
  try {
    const from = systemClock.now();
    await river.publish(documents.map((document) => ({ ...document, vector: floatsToBase64(document.vector) })));
    const { given, rejected } = await river.outcome(documents.length, { signal });
    const seconds = (systemClock.now() - from) / 1_000;
    return { given, rejected, settled: await river.settled(signal), seconds };
  } finally {
    await river.close();
  }
};
