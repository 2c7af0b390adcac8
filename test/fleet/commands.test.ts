/** `eddy topics create`, `eddy publish`, `eddy clusters` and `eddy status` against a fleet. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "@eddy/runtime/random";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startQdrant } from "../peers/qdrant-process.ts";
import { endAll, runEddy, temporaryFolder } from "../support/eddy-process.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { randomDocuments } from "../support/publish.ts";
import { createFleet, workers } from "./fleet.ts";
import { pipelineName, SEED } from "./seed.ts";

const DOCUMENTS = 1_200;
const CLUSTERS = 5;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
const folder = temporaryFolder();
afterAll(async () => {
  endAll();
  await kafka?.stop();
  folder.remove();
});

test.skipIf(kafka === undefined)("a fleet is fed and asked by the command line", { timeout: 180_000 }, async () => {
  const { brokers } = kafka!;
  const qdrant = await startQdrant();
  const pipeline = pipelineName("commands");
  const env = { EDDY_CLUSTERS: String(CLUSTERS) };
  const fleet = createFleet({ brokers, qdrantUrl: qdrant.url, pipeline, partitions: 2, env });
  try {
    const kafkaEnv = { KAFKA_BROKERS: brokers.join(","), EDDY_PIPELINE: pipeline, EDDY_PARTITIONS: "2" };
    for (let time = 0; time < 2; time++)
      expect(await runEddy(["topics", "create"], { env: kafkaEnv })).toMatchObject({ code: 0 });
    expect(await runEddy(["topics", "create"], { env: { ...kafkaEnv, EDDY_PARTITIONS: "3" } })).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("has 2 partition(s), not 3"),
    });

    for (const kind of workers) fleet.add(kind);
    const console = fleet.add("console");
    const url = (await console.said(/and console: (http:[^\s"]+)/))[1]!;
    await Promise.all(fleet.members().map((member) => member.ready()));

    const file = join(folder.path, "documents.jsonl");
    const documents = randomDocuments("cli", DOCUMENTS, createRandom(SEED));
    writeFileSync(file, documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
    expect(await runEddy(["publish", file, "--wait", "--url", url])).toMatchObject({ code: 0 });

    const { stdout } = await runEddy(["clusters", "--json", "--url", url]);
    const { documents: total, clusters } = JSON.parse(stdout) as { documents: number; clusters: { size: number }[] };
    expect(total).toBe(DOCUMENTS);
    expect(clusters).toHaveLength(CLUSTERS);
    expect(clusters.reduce((sum, { size }) => sum + size, 0)).toBe(DOCUMENTS);
    expect((await runEddy(["clusters", "--url", url])).stdout.split("\n").length).toBeGreaterThan(CLUSTERS);
    expect(await runEddy(["status", "--url", url])).toMatchObject({ code: 0 });

    await fleet.caughtUp(30_000);
    const ends = await fleet.stop();
    expect([...ends].filter(([, { code }]) => code !== 0)).toEqual([]);
    expect(await ledgerFaults(await fleet.ledger())).toEqual([]);
  } catch (error) {
    globalThis.console.error(fleet.story());
    throw error;
  } finally {
    await fleet.close();
    await qdrant.stop();
  }
});
