/** What compose.yaml starts in containers, started as processes: the same commands, the same environment but for addresses. */
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type KafkaBroker, startKafka } from "../peers/kafka-broker.ts";
import { type QdrantProcess, startQdrant } from "../peers/qdrant-process.ts";
import { runEddy } from "../support/eddy-process.ts";
import { type Member, startMember } from "../support/member.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { publish } from "../support/publish.ts";
import { until } from "../support/until.ts";
import { compose, environmentOf, root } from "./compose-file.ts";

const canKafka = !!process.env.KAFKA_BROKERS || (canRun("java", "-version") && canRun("mvn", "--version"));
const test = testThatNeeds("Java and Maven for a Kafka", canKafka);
const services = ["ingest", "embed-worker", "cluster-worker", "console"] as const;
const bin = `${root}packages/cli/bin/eddy.js`;

describe.runIf(canKafka || process.env.CI)("entry points of compose.yaml", () => {
  let kafka: KafkaBroker;
  let qdrant: QdrantProcess;
  const members = new Map<string, Member>();

  /** The addresses of this machine, and the embedder that needs no model. */
  function environment(name: string): Record<string, string> {
    const own = environmentOf(name);
    const here: Record<string, string> = {
      KAFKA_BROKERS: kafka.brokers.join(","),
      QDRANT_URL: qdrant.url,
      EDDY_METRICS_HOST: "127.0.0.1",
      EDDY_HTTP_HOST: "127.0.0.1",
    };
    const replaced = Object.fromEntries(Object.entries(here).filter(([key]) => key in own));
    return { ...own, ...replaced, EDDY_EMBEDDER: "hash", EDDY_METRICS_PORT: "0", EDDY_HTTP_PORT: "0" };
  }

  beforeAll(async () => {
    [kafka, qdrant] = await Promise.all([startKafka(), startQdrant()]);
  }, 240_000);
  afterAll(async () => {
    await Promise.all([...members.values()].map((member) => member.kill()));
    await Promise.all([kafka?.stop(), qdrant?.stop()]);
  });

  test("topics: makes them, and ends", async () => {
    const { code, stderr } = await runEddy([...compose.services.topics!.command!], { env: environment("topics") });
    expect(code, stderr).toBe(0);
  }, 90_000);

  test("each service starts, is ready, and tells what it is", async () => {
    for (const name of services) {
      const command = [process.execPath, bin, ...compose.services[name]!.command!];
      members.set(
        name,
        startMember(name, command, environment(name), () => {}),
      );
    }
    for (const [name, member] of members) {
      await member.ready(120_000);
      expect(await member.metric("eddy_build_info", { service: name, pipeline: "eddy" })).toBe(1);
    }
  }, 240_000);

  test("a document that is published is clustered", async () => {
    const [, api] = await members.get("console")!.said(/HTTP API and console: (http:[^\s"]+)/);
    await publish(api!, [{ id: "one", text: "the orbiter docks with the station" }]);
    const found = await until("its cluster", 90_000, async () => {
      const answer = await fetch(`${api}/v1/documents/one`);
      return answer.ok && ((await answer.json()) as { cluster_id?: string }).cluster_id;
    });
    expect(found).toMatch(/^c\d+$/);
  }, 120_000);

  test("they stop cleanly", async () => {
    for (const [name, member] of members) expect((await member.stop()).code, `${name}\n${member.output}`).toBe(0);
  }, 120_000);
});
