import { randomUUID } from "node:crypto";
import { RetryableError } from "@eddy/contracts/errors";
import { describeStreams } from "@eddy/streams/conformance";
import { compressions, saslMechanisms } from "@eddy/streams/kafka/kafka-options";
import { KafkaStreams, type KafkaStreamsOptions } from "@eddy/streams/kafka/kafka-streams";
import type { Commit, Consumer, Cursor, LogRecord, StoredRecord } from "@eddy/streams/port";
import { Revoked } from "@eddy/streams/port";
import kafkajs from "kafkajs";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { until } from "../support/until.ts";

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

const WAIT_MS = 20_000;
/** What Kafka allows by default; the broker of these tests allows less. */
const SESSION_MS = process.env.KAFKA_BROKERS ? 6_000 : 1_500;

const text = (record: StoredRecord | undefined) => Buffer.from(record?.value ?? "").toString();
const record = (value: string): LogRecord => ({ key: null, value: Buffer.from(value), headers: {} });
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => record(String(from + index)));

describe.skipIf(kafka === undefined)("Kafka", () => {
  const opened: KafkaStreams[] = [];
  function open(more: Partial<KafkaStreamsOptions> = {}): KafkaStreams {
    const streams = new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test", heartbeatMs: 200, ...more });
    opened.push(streams);
    return streams;
  }
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((streams) => streams.close()));
  });

  async function topicOf(streams: KafkaStreams, partitions = 1): Promise<string> {
    const name = `test-${randomUUID()}`;
    await streams.createTopics([{ name, partitions }]);
    return name;
  }

  /** A member that holds what it is given, until it is revoked. */
  function join(streams: KafkaStreams, group: string, topic: string) {
    const consumer: Consumer = streams.consumer({ group, topic });
    const cursors = new Map<number, Cursor>();
    const failures: unknown[] = [];
    const started = consumer.start(
      async (cursor) => {
        cursors.set(cursor.partition, cursor);
        await new Promise((resolve) => {
          if (cursor.revoked.aborted) resolve(undefined);
          cursor.revoked.addEventListener("abort", resolve, { once: true });
        });
        if (cursors.get(cursor.partition) === cursor) cursors.delete(cursor.partition);
      },
      (error) => failures.push(error),
    );
    const holds = async (...partitions: number[]) => {
      await started;
      await until(
        `partitions ${partitions}`,
        WAIT_MS,
        async () => String([...cursors.keys()].sort()) === String(partitions),
      );
    };
    return { consumer, cursors, failures, holds };
  }

  describeStreams("Kafka", async () => {
    let streams = new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test", heartbeatMs: 200 });
    return {
      streams,
      async reopen() {
        await streams.close();
        streams = new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test", heartbeatMs: 200 });
        return streams;
      },
      stop: () => streams.close(),
    };
  });

  describe("a group", () => {
    it("gives what a silent member held to the others, and refuses its commits", async () => {
      const topic = await topicOf(open(), 2);
      // It never beats again, as a process that was stopped or cut off.
      const silent = join(open({ heartbeatMs: 3_600_000, sessionMs: SESSION_MS }), "silent", topic);
      await silent.holds(0, 1);
      const lost = silent.cursors.get(0)!;
      await lost.commit({ offset: 1, metadata: "mine" });
      const streams = open();
      const heir = join(streams, "silent", topic);
      await heir.holds(0, 1);
      expect(heir.cursors.get(0)!.committed).toEqual({ offset: 1, metadata: "mine" });
      await heir.cursors.get(0)!.commit({ offset: 3, metadata: "theirs" });
      expect(lost.revoked.aborted, "it has not been told").toBe(false);
      await expect(lost.commit({ offset: 2, metadata: "late" })).rejects.toBeInstanceOf(Revoked);
      expect((await streams.committed("silent", topic)).get(0)).toEqual({ offset: 3, metadata: "theirs" });
    });

    it("goes on just after the commit, with its note, each time that it re-forms", async () => {
      const streams = open();
      const topic = await topicOf(streams, 2);
      await streams.append(topic, 0, numbered(0, 20));
      const first = join(streams, "reforms", topic);
      await first.holds(0, 1);
      await first.cursors.get(0)!.fetch({ maxRecords: 5, waitMs: WAIT_MS });
      const commit: Commit = { offset: 3, metadata: "1;a=0:2;p=1:2" };
      await first.cursors.get(0)!.commit(commit);
      const second = join(open(), "reforms", topic);
      const held = await until("each holding one", WAIT_MS, async () => {
        const [mine, theirs] = [[...first.cursors.values()], [...second.cursors.values()]];
        return mine.length === 1 && theirs.length === 1 ? [...mine, ...theirs] : undefined;
      });
      const cursor = held.find(({ partition }) => partition === 0)!;
      expect(cursor.committed).toEqual(commit);
      expect(text((await cursor.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0])).toBe("3");
      await second.consumer.stop();
      await first.holds(0, 1);
      expect(first.cursors.get(0)!.committed).toEqual(commit);
      expect(text((await first.cursors.get(0)!.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0])).toBe("3");
      expect([...first.failures, ...second.failures]).toEqual([]);
    });

    it("keeps a member that fetches nothing for longer than the session", async () => {
      const streams = open({ sessionMs: SESSION_MS });
      const topic = await topicOf(streams);
      const member = join(streams, "busy", topic);
      await member.holds(0);
      const cursor = member.cursors.get(0)!;
      const since = Date.now();
      await until("two sessions", 60_000, async () => Date.now() - since > 2 * SESSION_MS);
      expect(cursor.revoked.aborted).toBe(false);
      await cursor.commit({ offset: 0, metadata: "still mine" });
      expect((await streams.committed("busy", topic)).get(0)?.metadata).toBe("still mine");
    });

    it("goes on at the first record that is kept where retention took the next one", async () => {
      const streams = open();
      const topic = await topicOf(streams);
      await streams.append(topic, 0, numbered(0, 10));
      const member = join(streams, "behind", topic);
      await member.holds(0);
      const cursor = member.cursors.get(0)!;
      cursor.seek(2);
      await streams.truncate(topic, 0, 6);
      expect((await cursor.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0]?.offset).toBe(6);
    });

    it("runs again from the commit where a run could not go on", async () => {
      const streams = open();
      const topic = await topicOf(streams);
      await streams.append(topic, 0, numbered(0, 3));
      const starts: (number | undefined)[] = [];
      const failures: unknown[] = [];
      const consumer = streams.consumer({ group: "again", topic });
      await consumer.start(
        async (cursor) => {
          starts.push(cursor.committed?.offset);
          if (starts.length > 1) return;
          await cursor.commit({ offset: 2, metadata: "" });
          throw new RetryableError("STREAM_UNAVAILABLE", "an outage");
        },
        (error) => failures.push(error),
      );
      await until("a second run", WAIT_MS, async () => starts.length === 2);
      expect(starts).toEqual([undefined, 2]);
      expect(failures).toEqual([]);
    });

    it("is not rewound while it runs", async () => {
      const streams = open();
      const topic = await topicOf(streams);
      const member = join(streams, "running", topic);
      await member.holds(0);
      await expect(streams.rewind("running", topic, 0, { offset: 0, metadata: "" })).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        message: expect.stringContaining("stop its workers"),
      });
    });
  });

  it.each(compressions)("keeps the order of an append of several batches (%s)", async (compression) => {
    const streams = open({ compression });
    const topic = await topicOf(streams);
    const big = "x".repeat(400_000);
    await streams.append(
      topic,
      0,
      Array.from({ length: 7 }, (_, n) => record(`${n}${big}`)),
    );
    const reader = streams.reader(topic, 0, 0);
    const found: string[] = [];
    while (found.length < 7)
      for (const stored of await reader.fetch({ maxRecords: 2, waitMs: WAIT_MS })) found.push(text(stored).slice(0, 2));
    expect(found).toEqual(["0x", "1x", "2x", "3x", "4x", "5x", "6x"]);
  });

  it("leaves out the records of aborted transactions", async () => {
    const streams = open();
    const topic = await topicOf(streams);
    const client = new kafkajs.Kafka({ brokers: [...kafka!.brokers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({
      transactionalId: randomUUID(),
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const [value, fate] of [
      ["kept", "commit"],
      ["aborted", "abort"],
      ["kept too", "commit"],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[fate]();
    }
    await producer.disconnect();
    const group = `reader-${randomUUID()}`;
    const member = join(streams, group, topic);
    await member.holds(0);
    const cursor = member.cursors.get(0)!;
    const read: string[] = [];
    while (read.at(-1) !== "kept too")
      for (const stored of await cursor.fetch({ maxRecords: 1, waitMs: WAIT_MS })) {
        read.push(text(stored));
        await cursor.commit({ offset: stored.offset + 1, metadata: "" });
      }
    expect(read).toEqual(["kept", "kept too"]);
    // The marker of the last one is passed over as well.
    expect((await streams.committed(group, topic)).get(0)?.offset).toBe(6);
    expect(await streams.lag(group, topic)).toEqual(new Map([[0, 0]]));
    await member.consumer.stop();
    await streams.append(topic, 0, [record("last")]);
    const reader = streams.reader(topic, 0, 0);
    const found: string[] = [];
    while (found.at(-1) !== "last")
      for (const stored of await reader.fetch({ maxRecords: 10, waitMs: WAIT_MS })) found.push(text(stored));
    expect(found).toEqual(["kept", "kept too", "last"]);
    expect(reader.position).toBe(7);
  });

  it.for(["plain", "scram-sha-256"] as const)(
    "logs in by %s, and says what to do where it may not",
    async (mechanism, { skip }) => {
      const { login } = kafka!;
      if (!login) return skip("the broker is not this test's own");
      const { brokers, username, password } = login;
      const streams = open({ brokers, sasl: { mechanism, username, password } });
      const topic = await topicOf(streams);
      await streams.append(topic, 0, [record("in")]);
      const member = join(streams, `login-${mechanism}`, topic);
      await member.holds(0);
      expect(text((await member.cursors.get(0)!.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0])).toBe("in");
      await member.cursors.get(0)!.commit({ offset: 1, metadata: "" });
      const stranger = open({ brokers, sasl: { mechanism, username, password: "wrong" } });
      const refused = { name: "FatalError", code: "CONFIG_INVALID", message: expect.stringContaining("KAFKA_SASL") };
      await expect(stranger.append(topic, 0, [record("no")])).rejects.toMatchObject(refused);
      await expect(stranger.bounds(topic, 0)).rejects.toMatchObject(refused);
      await expect(stranger.createTopics([{ name: topic, partitions: 1 }])).rejects.toMatchObject(refused);
    },
  );

  describe("TLS", () => {
    async function works(options: Partial<KafkaStreamsOptions>) {
      const streams = open(options);
      const topic = await topicOf(streams);
      await streams.append(topic, 0, [record("in")]);
      const member = join(streams, `tls-${randomUUID()}`, topic);
      await member.holds(0);
      expect(text((await member.cursors.get(0)!.fetch({ maxRecords: 1, waitMs: WAIT_MS }))[0])).toBe("in");
      await member.cursors.get(0)!.commit({ offset: 1, metadata: "" });
    }
    const refusal = async (options: Partial<KafkaStreamsOptions>) => {
      const streams = open({ patienceMs: 100, ...options });
      const error = await streams.createTopics([{ name: "never", partitions: 1 }]).then(
        () => undefined,
        (error: { name: string; code: string; message: string }) => error,
      );
      expect(error).toBeDefined();
      return { name: error!.name, code: error!.code, message: error!.message };
    };

    it("with an authority of one's own, without and with a certificate of Eddy's", async ({ skip }) => {
      const { tls } = kafka!;
      if (!tls) return skip("the broker is not this test's own");
      const { ca, client } = tls;
      await works({ brokers: [tls.open], tls: { ca } });
      await works({ brokers: [tls.mutual], tls: { ca, cert: client.cert, key: client.key } });
    });

    it.for(saslMechanisms)("with a login by %s", async (mechanism, { skip }) => {
      const { tls, login } = kafka!;
      if (!tls || !login) return skip("the broker is not this test's own");
      const { username, password } = login;
      const options = { brokers: [tls.login], tls: { ca: tls.ca } };
      await works({ ...options, sasl: { mechanism, username, password } });
      const wrong = await refusal({ ...options, sasl: { mechanism, username, password: "wrong" } });
      expect(wrong).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("KAFKA_SASL") });
    });

    it("that can't be is refused with what to do", async ({ skip }) => {
      const { tls, brokers } = kafka!;
      if (!tls) return skip("the broker is not this test's own");
      const { ca, strange } = tls;
      const fatal = (part: string) => ({
        name: "FatalError",
        code: "CONFIG_INVALID",
        message: expect.stringContaining(part),
      });
      const waits = (part: string) => ({ name: "RetryableError", message: expect.stringContaining(part) });
      expect(await refusal({ brokers: [tls.open], tls: { ca: strange.cert } })).toMatchObject(fatal("KAFKA_SSL_CA"));
      expect(await refusal({ brokers: [tls.open], tls: {} })).toMatchObject(fatal("KAFKA_SSL_CA"));
      expect(await refusal({ brokers: [tls.mutual], tls: { ca } })).toMatchObject(fatal("KAFKA_SSL_CERT"));
      const stranger = { ca, cert: strange.cert, key: strange.key };
      expect(await refusal({ brokers: [tls.mutual], tls: stranger })).toMatchObject(fatal("KAFKA_SSL_CERT"));
      expect(await refusal({ brokers: [tls.open] })).toMatchObject(waits("KAFKA_SSL=true"));
      expect(await refusal({ brokers, tls: { ca } })).toMatchObject(waits("KAFKA_SSL=false"));
      expect(() => open({ tls: { ca, cert: ca, key: strange.key } })).toThrow(/KAFKA_SSL/);
    });
  });

  describe("topics", () => {
    it("made anew by two at a time are made once; those of people may have grown", async () => {
      const [one, other] = [open(), open()];
      const spec = { name: `test-${randomUUID()}`, partitions: 2 };
      await Promise.all([one.createTopics([spec]), other.createTopics([spec])]);
      expect(await one.partitions(spec.name)).toBe(2);
      const admin = new kafkajs.Kafka({ brokers: [...kafka!.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic: spec.name, count: 5 }] });
      await admin.disconnect();
      await expect(one.createTopics([spec])).rejects.toMatchObject({
        code: "TOPIC_SHAPE",
        message: expect.stringContaining("5 partition(s), not 2"),
      });
      await one.createTopics([{ ...spec, elastic: true }]);
      expect(await one.partitions(spec.name)).toBe(5);
    });

    it("name all that doesn't fit at one time", async () => {
      const streams = open();
      const names = [`test-${randomUUID()}`, `test-${randomUUID()}`];
      await streams.createTopics(names.map((name) => ({ name, partitions: 1, compacted: true })));
      const error = await streams.createTopics(names.map((name) => ({ name, partitions: 3 }))).then(
        () => "",
        (error: Error) => error.message,
      );
      for (const part of [...names, "cleanup.policy=delete", "EDDY_PARTITIONS=1"]) expect(error).toContain(part);
    });

    it("that nothing could be written to are refused", async ({ skip }) => {
      if (!kafka!.restart) return skip("the broker is not this test's own");
      const admin = new kafkajs.Kafka({ brokers: [...kafka!.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
      const topic = `test-${randomUUID()}`;
      await admin.createTopics({ topics: [{ topic, configEntries: [{ name: "min.insync.replicas", value: "2" }] }] });
      await admin.disconnect();
      await expect(open().createTopics([{ name: topic, partitions: 1, elastic: true }])).rejects.toMatchObject({
        code: "TOPIC_SHAPE",
        message: expect.stringContaining("min.insync.replicas=2 and 1 copy"),
      });
    });

    it("are refused where their settings would lose records, with what to do", async () => {
      const streams = open();
      const name = `test-${randomUUID()}`;
      await streams.createTopics([{ name, partitions: 1, compacted: true }]);
      await expect(streams.createTopics([{ name, partitions: 1 }])).rejects.toMatchObject({
        code: "TOPIC_SHAPE",
        message: expect.stringContaining("cleanup.policy=delete"),
      });
      const cut = `test-${randomUUID()}`;
      await streams.createTopics([{ name: cut, partitions: 1, retention: { ms: 60_000, bytes: 1 << 30 } }]);
      await expect(streams.createTopics([{ name: cut, partitions: 1 }])).rejects.toMatchObject({
        message: expect.stringContaining("forget the model"),
      });
      await expect(streams.createTopics([{ name: cut, partitions: 1, compacted: true }])).rejects.toMatchObject({
        message: expect.stringContaining("cleanup.policy=compact"),
      });
    });

    it("can't be made where nobody answers, or with more copies than there are brokers", async () => {
      const nobody = open({ brokers: ["127.0.0.1:1"], patienceMs: 100 });
      await expect(nobody.createTopics([{ name: "any", partitions: 1 }])).rejects.toMatchObject({
        name: "RetryableError",
        code: "STREAM_UNAVAILABLE",
      });
      const greedy = open({ replicationFactor: 99 });
      await expect(greedy.createTopics([{ name: `test-${randomUUID()}`, partitions: 1 }])).rejects.toMatchObject({
        name: "FatalError",
        code: "CONFIG_INVALID",
      });
    });
  });

  it("bears a broker that dies and comes back: what was acknowledged is there, what waits goes on", async ({
    skip,
  }) => {
    if (!kafka!.restart) return skip("the broker is not this test's own");
    const streams = open({ sessionMs: 6_000 });
    const topic = await topicOf(streams);
    await streams.append(topic, 0, numbered(0, 3));
    const member = join(streams, "restart", topic);
    await member.holds(0);
    // Asks all the time, and its patience ends long before the outage.
    const hasty = open({ sessionMs: 6_000, patienceMs: 200 });
    let [answers, gaveUp] = [0, 0];
    const failures: unknown[] = [];
    const asking = hasty.consumer({ group: "asking", topic });
    await asking.start(
      async (cursor) => {
        while (!cursor.revoked.aborted) {
          await hasty.bounds(topic, 0).catch((error) => {
            gaveUp += 1;
            throw error;
          });
          answers += 1;
        }
      },
      (error) => failures.push(error),
    );
    await until("an answer", WAIT_MS, async () => answers > 0);
    const reader = streams.reader(topic, 0, 0);
    await reader.fetch({ maxRecords: 3, waitMs: WAIT_MS });
    await kafka!.restart.kill();
    expect(await reader.fetch({ maxRecords: 1, waitMs: 300 })).toEqual([]);
    await expect(streams.append(topic, 0, [record("lost?")])).rejects.toMatchObject({ code: "STREAM_UNAVAILABLE" });
    const asked = streams.bounds(topic, 0);
    await until("the end of a patience", WAIT_MS, async () => gaveUp > 0);
    await kafka!.restart.start();
    const before = answers;
    await until("an answer again", WAIT_MS, async () => answers > before);
    expect(failures).toEqual([]);
    await asking.stop();
    expect((await asked).end).toBeGreaterThanOrEqual(3);
    await until("an append", WAIT_MS, () =>
      streams.append(topic, 0, [record("after")]).then(
        () => true,
        () => false,
      ),
    );
    let last = "";
    while (last !== "after")
      for (const stored of await reader.fetch({ maxRecords: 10, waitMs: WAIT_MS })) last = text(stored);
    const cursor = await until("the partition", WAIT_MS, async () => member.cursors.get(0));
    await until("a commit", WAIT_MS, async () => {
      const held = member.cursors.get(0) ?? cursor;
      return held.commit({ offset: 2, metadata: "after" }).then(
        () => true,
        () => false,
      );
    });
    expect((await streams.committed("restart", topic)).get(0)).toEqual({ offset: 2, metadata: "after" });
    expect(member.failures).toEqual([]);
  }, 60_000);
});
