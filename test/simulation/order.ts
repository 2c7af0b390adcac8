import { createCheckStage } from "@eddy/ingest/stages/check";
import { ChainReader, chainLink } from "@eddy/streams/chain";
import type { Streams } from "@eddy/streams/port";
import type { StageInput } from "@eddy/streams/stage";
import { readTopic } from "../support/read-topic.ts";
import { limits, POISON, topics } from "./world.ts";

/** The order of documents: where an id comes through several partitions of `documents`, that of `texts` is the one that counts. */
export interface TextsOrder {
  /** The records of `documents` that became texts, in that order, then those that did not; without those that were condemned. */
  readonly order: (records: readonly StageInput[]) => readonly StageInput[];
  readonly faults: readonly string[];
}

/** Reads `texts` as its reader must: each accepted document once, an id in one partition. */
export async function textsOrder(streams: Streams): Promise<TextsOrder> {
  const faults: string[] = [];
  const places = new Map<string, number>();
  const homes = new Map<string, number>();
  const chains = new Map<number, ChainReader>();
  for (const { partition, record } of await readTopic(streams, topics.texts)) {
    const chain = chains.get(partition) ?? new ChainReader();
    chains.set(partition, chain);
    const link = chainLink(record.headers)!;
    const verdict = chain.accept(link);
    if (verdict !== "take" && verdict !== "start") continue;
    const id = Buffer.from(record.key!).toString();
    const home = homes.get(id) ?? partition;
    homes.set(id, home);
    if (home !== partition) faults.push(`G6 ${id} is in texts/${home} and in texts/${partition}`);
    places.set(`${link.origin}:${link.source}`, places.size);
  }
  const documents = await readTopic(streams, topics.documents);
  const outcomes = await createCheckStage(limits)(documents, { signal: new AbortController().signal });
  const placeOf = ({ partition, record }: StageInput) => places.get(`${partition}:${record.offset}`);
  for (const [index, { kind }] of outcomes.entries())
    if ((kind === "ok") !== (placeOf(documents[index]!) !== undefined))
      faults.push(
        `G1 ${documents[index]!.partition}:${documents[index]!.record.offset} is ${kind}, but not so in texts`,
      );
  return {
    faults,
    order: (records) =>
      records
        .filter(({ record }) => !isPoison(record.value))
        .sort((a, b) => (placeOf(a) ?? Number.POSITIVE_INFINITY) - (placeOf(b) ?? Number.POSITIVE_INFINITY) || 0),
  };
}

export function isPoison(value: Uint8Array | null): boolean {
  return value !== null && Buffer.from(value).includes(POISON);
}
