/** Kafka's own jars, from a Maven repository. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Another one by KAFKA_VERSION, such as 3.9.1: the oldest that Eddy is for is 3.7. */
const KAFKA = process.env.KAFKA_VERSION ?? "4.4.0";
const LOG4J = "2.25.5";

const run = promisify(execFile);

/** Why no broker can be had here; undefined: one can. In CI that is an error. */
export async function kafkaMissing(): Promise<string | undefined> {
  if (process.env.KAFKA_BROKERS) return undefined;
  for (const [command, flag] of [
    ["java", "-version"],
    ["mvn", "-version"],
  ] as const) {
    const there = await run(command, [flag]).then(
      () => true,
      () => false,
    );
    if (there) continue;
    if (process.env.CI) throw new Error(`no ${command} for a Kafka broker: CI runs every test`);
    console.warn(`skipped: no KAFKA_BROKERS, and no ${command} to run a broker`);
    return `no ${command}`;
  }
  return undefined;
}

/** The jars, in a folder of the user's cache; fetched once. */
export async function kafkaLibraries(): Promise<string> {
  const cache = process.env.EDDY_KAFKA_CACHE ?? join(homedir(), ".cache", "eddy", `kafka-${KAFKA}`);
  const lib = join(cache, "lib");
  if (existsSync(lib)) return lib;
  await mkdir(cache, { recursive: true });
  const dependency = (group: string, name: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>eddy</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging><dependencies>
${dependency("org.apache.kafka", "kafka_2.13", KAFKA)}
${dependency("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J)}
</dependencies></project>`;
  const scratch = await mkdtemp(join(cache, "fetching-"));
  await writeFile(join(scratch, "pom.xml"), pom);
  const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  const target = join(scratch, "lib");
  await run("mvn", ["-q", "-B", goal, "-DincludeScope=runtime", `-DoutputDirectory=${target}`], {
    cwd: scratch,
    timeout: 300_000,
  });
  // Whole or not at all; another test may have been faster.
  await rename(target, lib).catch((error) => {
    if (!existsSync(lib)) throw error;
  });
  await rm(scratch, { recursive: true, force: true });
  return lib;
}
