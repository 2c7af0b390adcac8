/**
 * A rolling restart of every worker under load, one after the other: each is stopped cleanly, and replaced only then. Nothing
 * is lost, each ends within its drain deadline with exit code 0, and `assignments` never pauses for more than 10 s.
 */
import { afterAll, expect, test } from "vitest";
import { startKafka } from "../peers/kafka-broker.ts";
import { kafkaMissing } from "../peers/kafka-libraries.ts";
import { readPartition } from "../support/read-topic.ts";
import { type Fleet, workers } from "./fleet.ts";
import { expectAtRest, livingOf } from "./rest.ts";
import { withScene } from "./scene.ts";
import { SEED } from "./seed.ts";

const PER_SECOND = 100;
const PARTITIONS = 2;
const MOST_PAUSE_MS = 10_000;
/** EDDY_DRAIN_TIMEOUT, as it is by default. */
const DRAIN_MS = 20_000;

const missing = await kafkaMissing();
const kafka = missing === undefined ? await startKafka() : undefined;
afterAll(() => kafka?.stop());

/** Longest time without a record in a partition, and in all of them together, between two moments, in milliseconds. */
async function pauses({ streams, topics }: Fleet, from: number, to: number): Promise<{ one: number; all: number }> {
  const longest = (times: readonly number[]) => {
    const within = [from, ...times.filter((time) => time > from && time < to).sort((a, b) => a - b), to];
    return Math.max(...within.slice(1).map((time, index) => time - within[index]!));
  };
  const times: number[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++)
    times.push((await readPartition(streams, topics.assignments, partition)).map(({ timestampMs }) => timestampMs));
  return { one: Math.max(...times.map(longest)), all: longest(times.flat()) };
}

test.skipIf(kafka === undefined)(`every worker is replaced under load: FLEET_SEED=${SEED}`, { timeout: 300_000 }, () =>
  withScene({ name: "rolling", brokers: kafka!.brokers, partitions: PARTITIONS }, async ({ fleet, people }) => {
    const { streams, topics } = fleet;
    for (const kind of workers) for (let n = 0; n < 2; n++) fleet.add(kind);
    await Promise.all(fleet.members().map((member) => member.ready()));
    const drains: number[] = [];
    async function restartAll(): Promise<{ from: number; to: number }> {
      for (let partition = 0; partition < PARTITIONS; partition++)
        await fleet.until(
          "assignments",
          60_000,
          async () => (await streams.bounds(topics.assignments, partition)).end > 0,
        );
      const from = Date.now();
      for (const kind of workers)
        for (const member of fleet.members(kind)) {
          const at = performance.now();
          fleet.note(`stop ${member.name}`);
          expect(await member.stop(), member.name).toEqual({ code: 0, signal: null });
          drains.push(performance.now() - at);
          await fleet.add(kind).ready();
        }
      return { from, to: Date.now() };
    }
    const { from, to } = await people.publishDuring(restartAll(), PER_SECOND);

    const rest = await expectAtRest(fleet, people, 60_000);
    const pauseMs = await pauses(fleet, from, to);
    const drainMs = Math.round(Math.max(...drains));
    console.log(
      JSON.stringify({ seed: SEED, restarts: drains.length, restartedMs: to - from, pauseMs, drainMs, ...rest }),
    );
    expect(rest.living).toBe(livingOf(people));
    expect(drainMs).toBeLessThan(DRAIN_MS);
    expect(pauseMs.one).toBeLessThanOrEqual(MOST_PAUSE_MS);
  }),
);
