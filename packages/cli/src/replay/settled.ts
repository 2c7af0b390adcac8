import { topicsOf } from "@eddy/contracts/topics";
import { groupsOf } from "@eddy/pipeline/groups";
import { chainLink, parseNote } from "@eddy/streams/chain";
import type { Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";

/**
 * Before which offset of each partition of `documents` everything has come as far as the collection: neither waits for ingest,
 * nor is among the texts that the cluster-workers have not applied yet (a text names the document that it was made of).
 * What is on its way must come from the log.
 */
export async function settledOffsets(streams: Streams, pipeline: string): Promise<number[]> {
  const topics = topicsOf(pipeline);
  const groups = groupsOf(pipeline);
  const ingested = await streams.committed(groups.ingest, topics.documents);
  const settled: number[] = [];
  for (let partition = 0; partition < (await streams.partitions(topics.documents)); partition++)
    settled[partition] = ingested.get(partition)?.offset ?? (await streams.bounds(topics.documents, partition)).start;
  const written = await streams.committed(groups.cluster, topics.embeddings);
  for (let partition = 0; partition < (await streams.partitions(topics.texts)); partition++) {
    const { start, end } = await streams.bounds(topics.texts, partition);
    const commit = written.get(partition);
    const applied = commit && parseNote(commit.metadata)?.applied.get(partition);
    const from = Math.max(start, (applied ?? -1) + 1);
    for await (const records of readRange(streams, topics.texts, partition, from, end)) {
      for (const { headers } of records) {
        const { origin, source } = chainLink(headers) ?? {};
        if (origin !== undefined && source !== undefined && source < (settled[origin] ?? 0)) settled[origin] = source;
      }
    }
  }
  return settled;
}
