/**
 * The backup of a fleet that works under load, and its restore into another Kafka and another Qdrant: workers that start there go on as
 * if they had all been killed at that moment. Nothing that was told before the backup is lost, nothing counts twice, ids of documents and
 * clusters stay. Backup and restore are killed on the way.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "@eddy/runtime/random";
import { afterAll, expect, onTestFailed, test } from "vitest";
import { type KafkaBroker, startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { startQdrant } from "../peers/qdrant-process.ts";
import { acknowledgedFaults } from "../support/acknowledged-faults.ts";
import { documentedCommands } from "../support/documented.ts";
import { endAll, runEddy, spawnEddy, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments } from "../support/publish.ts";
import { replayModel } from "../support/replay.ts";
import { until } from "../support/until.ts";
import { withModel } from "../support/with-model.ts";
import { createFleet, modelsLeft, workers } from "./fleet.ts";
import { createPeople } from "./people.ts";
import { SEED } from "./seed.ts";

const [PARTITIONS, PEOPLES_PARTITIONS, PER_SECOND] = [2, 3, 150];
const ENV = { EDDY_CLUSTERS: "5", EDDY_SNAPSHOT_EVERY: "10" };

const missing = await kafkaMissing();
const folder = temporaryFolder();
const kafkas: KafkaBroker[] = [];
async function newKafka(): Promise<KafkaBroker> {
  const kafka = await startKafka();
  kafkas.push(kafka);
  return kafka;
}
afterAll(async () => {
  endAll();
  for (const kafka of kafkas) await kafka.stop();
  folder.remove();
});

/** What a collection is beside its points. */
async function settingsOf(url: string, name: string) {
  const answer = await fetch(`${url}/collections/${name}`);
  expect(answer.ok, `${name}: ${answer.status}`).toBe(true);
  const { result } = (await answer.json()) as {
    result: { config: object; payload_schema: Readonly<Record<string, { data_type: string }>> };
  };
  const indexes = Object.entries(result.payload_schema).map(([field, { data_type }]) => [field, data_type]);
  return { config: result.config, indexes: Object.fromEntries(indexes) as Record<string, string> };
}

test.skipIf(missing !== undefined)(
  `a fleet is backed up under load, and goes on elsewhere: FLEET_SEED=${SEED}`,
  { timeout: 300_000 },
  async () => {
    const file = join(folder.path, "fleet.tar.gz");
    // As docs/OPERATIONS.md says, with a file of this test's own.
    const [backup, restore] = documentedCommands("Backup and restore").map((args) =>
      args.map((word) => (word.endsWith(".tar.gz") ? file : word)),
    );
    if (!backup || !restore) throw new Error("the page has changed");
    const pipeline = `backup-${randomUUID().slice(0, 8)}`;
    const open = async (name: string, seed: number) => {
      const [kafka, qdrant] = [await newKafka(), await startQdrant()];
      const fleet = createFleet({
        brokers: kafka.brokers,
        qdrantUrl: qdrant.url,
        pipeline: name,
        partitions: PARTITIONS,
        env: ENV,
      });
      onTestFailed(() => console.error(fleet.story()));
      const random = createRandom(seed);
      const topic = fleet.topics.documents;
      const people = createPeople({ brokers: kafka.brokers, topic, partitions: PEOPLES_PARTITIONS, random });
      const env = { KAFKA_BROKERS: kafka.brokers.join(","), QDRANT_URL: qdrant.url, EDDY_PIPELINE: name };
      return { kafka, qdrant, fleet, people, env };
    };

    const first = await open(pipeline, SEED);
    const { fleet, people } = first;
    await fleet.streams.createTopics([{ name: fleet.topics.documents, partitions: PEOPLES_PARTITIONS }]);
    for (const kind of [...workers, "cluster-worker"] as const) fleet.add(kind);
    await Promise.all(fleet.members().map((member) => member.ready()));
    const modelLog = () => fleet.streams.bounds(fleet.topics.modelLog, 0);

    // A collection as its owner tuned it, which queries know by another name.
    const collection = `${first.qdrant.url}/collections/${pipeline}`;
    const put = async (url: string, method: string, body: object) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
      expect(answer.ok, `${method} ${url}: ${answer.status}`).toBe(true);
    };
    await put(collection, "PATCH", { hnsw_config: { m: 24 } });
    await put(`${collection}/index`, "PUT", { field_name: "metadata.n", field_schema: "integer" });
    const create_alias = { alias_name: `live-${pipeline}`, collection_name: pipeline };
    await put(`${first.qdrant.url}/collections/aliases`, "POST", { actions: [{ create_alias }] });

    async function backUp() {
      await fleet.until("a model log that was cut", 90_000, async () => (await modelLog()).start > 0);
      const killed = spawnEddy(backup!, { env: first.env });
      await fleet.until("a part of a backup", 60_000, async () => existsSync(`${file}.part`) || !killed.isRunning);
      killed.kill("SIGKILL");
      expect((await killed.ended()).signal, killed.output).toBe("SIGKILL");
      expect(existsSync(file)).toBe(false);
      const told = [...people.told];
      const { end: from } = await modelLog();
      const made = await runEddy(backup!, { env: first.env });
      expect(made.code, made.stderr).toBe(0);
      expect(made.stdout).toMatch(
        /^the pipeline backup-\S+ is in \S+: [\d,]+ points, [\d,]+ records, the model of version/,
      );
      // What comes behind the backup is lost with the fleet.
      const { end: to } = await modelLog();
      await fleet.until("more of the model", 30_000, async () => (await modelLog()).end > to + 5);
      return { told, made, moved: to - from };
    }
    const { told, made, moved } = await people.publishDuring(backUp(), PER_SECOND);
    expect(moved, "events of the model while it was backed up").toBeGreaterThan(0);
    const lost = people.told.length;
    await Promise.all(fleet.members().map((member) => fleet.kill(member)));
    const points = (await fleet.ledger()).points.size;
    const was = await settingsOf(first.qdrant.url, pipeline);
    expect(was).toMatchObject({ config: { hnsw_config: { m: 24 } }, indexes: { "metadata.n": "integer" } });
    await people.close();
    await fleet.close();
    await first.qdrant.stop();

    // With a Kafka of other people's, another name stands for an empty one.
    const next = await open(first.kafka.restart ? pipeline : `${pipeline}-next`, SEED + 1_000);
    const again = (args: readonly string[]) => runEddy(args, { env: next.env });
    const bytes = readFileSync(file);
    const damaged = join(folder.path, "damaged.tar.gz");
    const flipped = Buffer.from(bytes);
    for (let i = 0; i < 8; i++) flipped[(bytes.length >> 1) + i]! ^= 0xff;
    writeFileSync(damaged, flipped);
    expect(await again(["restore", damaged])).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/can't be restored/),
    });

    const killed = spawnEddy(restore, { env: next.env });
    await until("a collection", 60_000, async () => {
      expect(killed.isRunning, killed.output).toBe(true);
      return (await fetch(`${next.qdrant.url}/collections/${next.env.EDDY_PIPELINE}`)).ok;
    });
    killed.kill("SIGKILL");
    expect((await killed.ended()).signal, killed.output).toBe("SIGKILL");
    const early = await again(["run", "embed-worker", "--embedder", "hash"]);
    expect(early.code, early.stderr).toBe(6);
    expect(early.stderr + early.stdout).toMatch(/holds half of a backup: run `eddy restore` again/);

    const restored = await again(restore);
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stdout).toMatch(/is as it was: Eddy \S+ of 20.*\nGo on: start its workers\n$/);
    expect(await settingsOf(next.qdrant.url, `live-${pipeline}`)).toEqual(was);
    expect(await again(restore)).toMatchObject({ code: 2, stderr: expect.stringMatching(/a pipeline that is empty/) });
    const clusters = await withModel(next.fleet.streams, next.fleet.topics, async (state) => [
      ...state.clusters.keys(),
    ]);

    for (const kind of [...workers, "cluster-worker"] as const) next.fleet.add(kind);
    await next.people.publish(400, PER_SECOND);
    await next.fleet.caughtUp(120_000);
    await Promise.all(next.fleet.members().map((member) => member.ready()));
    const replicas = next.fleet.members("cluster-worker");
    const ends = await next.fleet.stop();
    expect([...ends].filter(([, { code }]) => code !== 0)).toEqual([]);
    expect(next.fleet.faults).toEqual([]);

    const ledger = await next.fleet.ledger();
    expect(await acknowledgedFaults(ledger, [...told, ...next.people.told])).toEqual([]);
    expect(await ledgerFaults(ledger)).toEqual([]);
    const replayed = await replayModel(next.fleet.streams, next.fleet.topics);
    expect(replayed.faults).toEqual([]);
    expect(new Set(modelsLeft(replicas).map(({ sha256 }) => sha256))).toEqual(new Set([replayed.sha256]));
    expect([...replayed.state.clusters.keys()]).toEqual(expect.arrayContaining(clusters));
    expect(await again(["repair"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/nothing is missing/) });
    console.log(
      JSON.stringify({
        seed: SEED,
        points,
        told: told.length,
        lost: lost - told.length,
        moved,
        made: made.stdout.trim(),
      }),
    );
    await next.people.close();
    await next.fleet.close();
    await next.qdrant.stop();
  },
);

test.skipIf(missing !== undefined)("a pipeline of one machine goes on in a fleet", { timeout: 180_000 }, async () => {
  const [home, file] = [join(folder.path, "home"), join(folder.path, "home.tar.gz")];
  const up = await startUp(home, ["--clusters", "3", "--partitions", String(PARTITIONS)]);
  await publish(up.api, randomDocuments("d", 700));
  await up.caughtUp();
  // Newer versions, on their way while it is backed up.
  await publish(up.api, randomDocuments("d", 200));
  const made = await runEddy(["backup", "--live", "--url", up.api, "--out", file]);
  expect(made.code, made.stderr).toBe(0);
  expect((await up.stop()).code).toBe(0);

  const [kafka, qdrant] = [await newKafka(), await startQdrant()];
  const pipeline = `moved-${randomUUID().slice(0, 8)}`;
  const fleet = createFleet({ brokers: kafka.brokers, qdrantUrl: qdrant.url, pipeline, partitions: PARTITIONS });
  onTestFailed(() => console.error(fleet.story()));
  const env = { KAFKA_BROKERS: kafka.brokers.join(","), QDRANT_URL: qdrant.url };
  const restored = await runEddy(["restore", file, "--pipeline", pipeline], { env });
  expect(restored.code, restored.stderr).toBe(0);
  for (const kind of workers) fleet.add(kind);
  await Promise.all(fleet.members().map((member) => member.ready()));
  await fleet.caughtUp(60_000);
  expect([...(await fleet.stop())].filter(([, { code }]) => code !== 0)).toEqual([]);
  const ledger = await fleet.ledger();
  expect(await ledgerFaults(ledger)).toEqual([]);
  expect(ledger.points.size).toBe(700);
  await fleet.close();
  await qdrant.stop();
});
