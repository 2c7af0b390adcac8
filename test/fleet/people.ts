/** People who publish to `documents` with clients of their own: in every form, with edits, deletions, and broken records. */
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { Random } from "@eddy/runtime/random";
import { partitionOf } from "@eddy/streams/murmur2";
import kafkajs, { type Message } from "kafkajs";
import type { Acknowledged } from "../support/acknowledged-faults.ts";
import { randomText } from "../support/random-text.ts";

const BATCH = 50;

export interface PeopleOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Of `documents`. */
  readonly partitions: number;
  readonly random: Random;
}

export interface People {
  /** Of each id in its order; documents without an id are only counted. */
  readonly told: readonly Acknowledged[];
  /** Records that the brokers took, by what they are. */
  readonly counts: Readonly<Record<What, number>>;
  /** Resolves once so many documents (edits, deletions and broken records aside) are acknowledged. */
  publish(documents: number, perSecond: number): Promise<void>;
  /** Goes on until `work` is done. */
  publishDuring<T>(work: Promise<T>, perSecond: number): Promise<T>;
  close(): Promise<void>;
}

type What = "document" | "unnamed" | "edit" | "deletion" | "broken";

interface Letter {
  readonly what: What;
  readonly partition: number;
  readonly message: Message;
  readonly told?: Acknowledged;
}

/** Which partition a client gives to a key: Java's (murmur2), and librdkafka's `consistent` (CRC-32). */
const partitioners = {
  java: (id: string, partitions: number) => partitionOf(Buffer.from(id), partitions),
  rdkafka: (id: string, partitions: number) => crc32(id) % partitions,
} as const;

type Client = keyof typeof partitioners;

export function createPeople({ brokers, topic, partitions, random }: PeopleOptions): People {
  const { Kafka, logLevel, Partitioners } = kafkajs;
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 3 } });
  // Each message names its partition.
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const ids: { readonly id: string; readonly client: Client }[] = [];
  const told: Acknowledged[] = [];
  const counts: Record<What, number> = { document: 0, unnamed: 0, edit: 0, deletion: 0, broken: 0 };
  let n = 0;
  let connected: Promise<void> | undefined;

  function named(what: What, id: string, client: Client, value: string | null): Letter {
    const partition = partitioners[client](id, partitions);
    return { what, partition, message: { key: id, value }, told: { id, n: value === null ? null : n } };
  }

  const json = (id?: string) => JSON.stringify({ ...(id && { id }), text: randomText(random), metadata: { n: ++n } });

  function letter(): Letter {
    const dice = random.next();
    if (dice < 0.12 && ids.length > 0) {
      const { id, client } = random.pick(ids);
      return named("edit", id, client, json(id));
    }
    if (dice < 0.17 && ids.length > 0) {
      const { id, client } = random.pick(ids);
      return named("deletion", id, client, null);
    }
    const partition = random.below(partitions);
    if (dice < 0.19) return { what: "broken", partition, message: { key: `broken-${n}`, value: '{ "text": ' } };
    if (dice < 0.34) return { what: "unnamed", partition, message: { key: null, value: json() } };
    const client = random.next() < 0.5 ? "java" : "rdkafka";
    const id = `${client}-${n}`;
    ids.push({ id, client });
    return named("document", id, client, json(id));
  }

  /** In order, and again until the broker has said that it has them: then some may stand there twice. */
  async function send(partition: number, letters: readonly Letter[]): Promise<void> {
    const messages = letters.map(({ message }) => ({ ...message, partition }));
    for (;;) {
      try {
        await producer.send({ topic, messages, acks: -1 });
        break;
      } catch {
        await sleep(200);
      }
    }
    for (const letter of letters) {
      counts[letter.what] += 1;
      if (letter.told) told.push(letter.told);
    }
  }

  const people: People = {
    told,
    counts,
    async publish(documents, perSecond) {
      connected ??= producer.connect();
      await connected;
      const startedAt = performance.now();
      for (let made = 0, records = 0; made < documents; ) {
        const letters: Letter[] = [];
        while (letters.length < BATCH && made < documents) {
          const next = letter();
          letters.push(next);
          if (next.what === "document" || next.what === "unnamed") made += 1;
        }
        await Promise.all(
          Array.from({ length: partitions }, (_, partition) =>
            letters.filter((one) => one.partition === partition),
          ).map((own, partition) => own.length > 0 && send(partition, own)),
        );
        records += letters.length;
        const dueMs = (records / perSecond) * 1_000 - (performance.now() - startedAt);
        if (dueMs > 0) await sleep(dueMs);
      }
    },
    async publishDuring(work, perSecond) {
      let isOver = false;
      const done = work.finally(() => {
        isOver = true;
      });
      done.catch(() => {});
      while (!isOver) await people.publish(perSecond, perSecond);
      return done;
    },
    close: () => producer.disconnect(),
  };
  return people;
}
