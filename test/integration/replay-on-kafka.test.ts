/**
 * `eddy replay --follow` on a real Kafka: a pipeline is copied into one with another partition count while people publish to the
 * old one; the copier is killed on the way; then an alias is switched, and the new collection says what the old one says.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { topicsOf } from "@eddy/contracts/topics";
import { createRandom } from "@eddy/runtime/random";
import { KafkaStreams } from "@eddy/streams/kafka/kafka-streams";
import type { StoredPoint } from "@eddy/vectors/port";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { documentedCommands } from "../support/documented.ts";
import { endAll, runEddy, spawnEddy, startUp, temporaryFolder } from "../support/eddy-process.ts";
import { allPoints, limits } from "../support/home.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { publish, randomDocuments } from "../support/publish.ts";
import { randomText } from "../support/random-text.ts";
import { until } from "../support/until.ts";

const SEED = 31;
const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
const folder = temporaryFolder();
afterAll(async () => {
  endAll();
  await kafka?.stop();
  folder.remove();
});

test.skipIf(kafka === undefined)(
  `a live pipeline is copied on Kafka, and followed (seed ${SEED})`,
  { timeout: 240_000 },
  async () => {
    const brokers = kafka!.brokers.join(",");
    const [old, next] = [`old-${randomUUID().slice(0, 8)}`, `new-${randomUUID().slice(0, 8)}`];
    const alias = `live-${old}`;
    // As docs/OPERATIONS.md says, with names of this test's own.
    const documented = documentedCommands("Backfill and switch").map((args) =>
      args.map((word) => (word === "eddy" ? old : word === "eddy2" ? next : word)),
    );
    const [aliasOld, copy, aliasNew] = documented;
    if (!aliasOld || !copy || !aliasNew) throw new Error("the page has changed");
    const random = createRandom(SEED);
    const streams = new KafkaStreams({ brokers: kafka!.brokers, clientId: "eddy-test" });
    const qdrant = spawnEddy(["qdrant", "--dir", join(folder.path, "qdrant"), "--port", "0"]);
    const url = (await qdrant.match(/REST at (http:\/\/[^\s,]+)/))[1]!;
    const env = { KAFKA_BROKERS: brokers, QDRANT_URL: url };
    const up = (pipeline: string, ...args: string[]) =>
      startUp(join(folder.path, pipeline), ["--pipeline", pipeline, "--clusters", "3", ...args], { env });

    const first = await up(old, "--partitions", "2");
    await publish(first.api, randomDocuments("d", 1_500, random));
    await first.caughtUp();
    expect(await runEddy([...aliasOld, "--alias", alias], { env })).toMatchObject({ code: 0 });
    // Retention takes half of what was published.
    for (let partition = 0; partition < 2; partition++) {
      const { end } = await streams.bounds(topicsOf(old).documents, partition);
      await streams.truncate(topicsOf(old).documents, partition, Math.floor(end / 2));
    }
    let publishing = true;
    let published = 0;
    const people = (async () => {
      while (publishing) {
        await publish(first.api, randomDocuments("d", 20 + random.below(60), random));
        await publish(first.api, [{ text: randomText(random) }]);
        await fetch(`${first.api}/v1/documents/d-${random.below(200)}`, { method: "DELETE" });
        published += 1;
      }
    })();

    const second = await up(next, "--partitions", "3");
    const replay = [...copy, "--pipeline", old, "--partitions", "3"];
    const killed = spawnEddy(replay, { env });
    await until("some copies", 60_000, async () => {
      let copies = 0;
      for (let partition = 0; partition < 3; partition++)
        copies += (await streams.bounds(topicsOf(next).documents, partition)).end;
      return copies > 300;
    });
    killed.kill("SIGKILL");
    await killed.ended();
    const following = spawnEddy(replay, { env });
    await following.match(/going on with/);
    const before = published;
    await until("publications during the replay", 60_000, async () => published > before + 5);
    publishing = false;
    await people;
    await first.caughtUp();
    const switched = await until("a switch", 90_000, async () => {
      const answer = await runEddy([...aliasNew, "--alias", alias, "--max-lag", "0"], { env });
      if (answer.code !== 0 && !/has not caught up/.test(answer.stderr)) throw new Error(answer.stderr);
      return answer.code === 0 && answer;
    });
    expect(switched.stdout).toBe(`${alias}: ${old} → ${next}\n`);
    following.kill("SIGTERM");
    expect(await following.ended()).toMatchObject({ code: 0 });

    const api = createRestApi({ url });
    const said = async (name: string) => {
      const points = await allPoints(createQdrantStore(api, name));
      const kept = ({ payload: { revision, received_at, text, source } }: StoredPoint) => ({
        ...{ received_at, text, source },
        revision: revision.includes("/") ? revision : `${old}/${revision}`,
      });
      return {
        points,
        living: new Map(
          [...points].filter(([, { payload }]) => !payload.deleted).map(([id, point]) => [id, kept(point)]),
        ),
      };
    };
    const [there, here] = [await said(old), await said(next)];
    expect(there.living.size).toBeGreaterThan(1_400);
    expect(here.living).toEqual(there.living);
    const ledger = { streams, limits };
    expect(await ledgerFaults({ ...ledger, topics: topicsOf(next), points: here.points })).toEqual([]);
    await first.stop();
    await second.stop();
    await streams.close();
  },
);
