/** `eddy repair` on a real Kafka: offsets are set by its coordinator, records taken by its own deletion, members noticed. */
import { randomUUID } from "node:crypto";
import { note, tenDocuments } from "@eddy/cli/commands/repair-fixture";
import { topicsOf } from "@eddy/contracts/topics";
import { parseNote } from "@eddy/streams/chain";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { endAll, runEddy } from "../support/eddy-process.ts";
import { until } from "../support/until.ts";

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
const streams = kafka && new KafkaStreams({ brokers: kafka.brokers, clientId: "repair-test", heartbeatMs: 200 });
afterAll(async () => {
  endAll();
  await streams?.close();
  await kafka?.stop();
});

const name = () => `repair-${randomUUID().slice(0, 8)}`;
const repair = (pipeline: string, ...args: string[]) =>
  runEddy(["repair", "--pipeline", pipeline, "--kafka", kafka!.brokers.join(","), ...args]);
const commitOf = async (group: string, topic: string) => (await streams!.committed(group, topic)).get(0)!;

test.skipIf(kafka === undefined)(
  "a worker is set back where its input has what is missing, once it is stopped",
  { timeout: 120_000 },
  async () => {
    const pipeline = name();
    const { texts } = topicsOf(pipeline);
    await tenDocuments(streams!, pipeline, "texts");
    const group = `${pipeline}.embed-worker`;
    const member = streams!.consumer({ group, topic: texts });
    await member.start(
      ({ revoked }) => new Promise((resolve) => revoked.addEventListener("abort", () => resolve(), { once: true })),
      () => {},
    );
    await until("a member", 20_000, async () => member.assigned().length === 1 || undefined);
    const refused = await repair(pipeline, "--apply");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`group ${group} is running`) });
    expect((await commitOf(group, texts)).offset).toBe(10);
    await member.stop();
    expect((await repair(pipeline)).code).toBe(6);
    expect(await repair(pipeline, "--apply")).toMatchObject({ code: 0 });
    expect(await commitOf(group, texts)).toEqual({ offset: 3, metadata: note(2, 2) });
  },
);

test.skipIf(kafka === undefined)(
  "what is lost is skipped by a person's word, and counted by the model",
  { timeout: 120_000 },
  async () => {
    const pipeline = name();
    const { embeddings } = topicsOf(pipeline);
    await tenDocuments(streams!, pipeline, "neither");
    expect((await repair(pipeline, "--apply")).code).toBe(6);
    expect(await repair(pipeline, "--apply", "--skip", "--reason", "a disk died")).toMatchObject({ code: 0 });
    const { offset, metadata } = await commitOf(`${pipeline}.cluster-worker`, embeddings);
    expect([offset, parseNote(metadata)?.applied.get(0)]).toEqual([6, 5]);
    expect(await repair(pipeline)).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing is missing") });
  },
);
