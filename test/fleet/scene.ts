/** What the tests of a fleet have in common: brokers, a store, people, processes; taken down whatever happens. */
import { createRandom } from "@eddy/runtime/random";
import { onTestFailed } from "vitest";
import { startQdrant } from "../peers/qdrant-process.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { createPeople, type People } from "./people.ts";
import { pipelineName, SEED } from "./seed.ts";

/** Of `documents`: made by people, with a count of their own. */
export const PEOPLES_PARTITIONS = 3;

export interface SceneOptions {
  /** Begins the pipeline's name. */
  readonly name: string;
  readonly brokers: readonly string[];
  readonly partitions: number;
  /** The test's own by default. */
  readonly qdrantUrl?: string;
  readonly replicationFactor?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly fleet: Fleet;
  readonly people: People;
}

export async function withScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const { name, brokers, partitions, env } = options;
  const qdrant = options.qdrantUrl === undefined ? await startQdrant() : undefined;
  const fleet = createFleet({
    brokers,
    qdrantUrl: options.qdrantUrl ?? qdrant!.url,
    pipeline: pipelineName(name),
    partitions,
    env: { EDDY_CLUSTERS: "5", ...env },
  });
  onTestFailed(() => console.error(fleet.story()));
  const topic = fleet.topics.documents;
  const people = createPeople({ brokers, topic, partitions: PEOPLES_PARTITIONS, random: createRandom(SEED) });
  try {
    await fleet.streams.createTopics([{ name: topic, partitions: PEOPLES_PARTITIONS }]);
    await play({ fleet, people });
  } finally {
    await people.close();
    await fleet.close();
    await qdrant?.stop();
  }
}
