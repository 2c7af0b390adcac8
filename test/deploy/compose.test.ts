/** deploy/compose.yaml and the Dockerfile, as far as they can be checked without a container engine. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands } from "@eddy/cli/commands";
import { composeServices } from "@eddy/dashboards/prometheus-files";
import { beforeAll, describe, expect, it } from "vitest";
import { pythonEnvironment } from "../peers/python-environment.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";
import { compose, composePath, filledIn, root } from "./compose-file.ts";

const dockerfile = readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8");
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build);
const settingsOf = new Map(
  commands.map(({ name, settings = {} }) => [name, new Set(Object.values(settings).map(({ env }) => env))]),
);
const known = new Set([...settingsOf.values()].flatMap((names) => [...names]));

describe("compose.yaml", () => {
  it("has every service that Prometheus looks for, and the parts that they stand on", () => {
    const names = services.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining([...composeServices, "kafka", "qdrant", "prometheus", "grafana"]));
  });

  it.each(services)("%s: its image is pinned, its health is asked for", (_, { image, healthcheck }) => {
    expect(image).toMatch(/:v?\d+\.\d+\.\d+(-cuda)?$/);
    expect(healthcheck?.disable === true || (healthcheck?.test?.length ?? 0) > 1).toBe(true);
  });

  it.each(services)("%s: listens for this machine only, and stands on services that are there", (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services).toHaveProperty(name);
      if (condition === "service_healthy") expect(compose.services[name]!.healthcheck?.test).toBeDefined();
    }
  });

  it.each(services)("%s: mounts what is there", (_, { volumes = [] }) => {
    for (const [source] of volumes.map((volume) => filledIn(volume).split(":")))
      if (source!.startsWith("/")) expect(existsSync(source!), source).toBe(true);
      else if (source!.startsWith(".")) expect(existsSync(join(dirname(composePath), source!)), source).toBe(true);
      else expect(compose.volumes).toHaveProperty(source!);
  });

  it.each(ours)(
    "%s: runs a command of ours, with settings that it has, and no right that it needs not",
    (_, service) => {
      const command = service.command!.join(" ");
      const settings = settingsOf.get(command);
      expect(settings, `eddy ${command}`).toBeDefined();
      const names = Object.keys(service.environment!);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      // One environment for all; what a command can't do without must be in it.
      for (const name of ["KAFKA_BROKERS", "QDRANT_URL"]) if (settings!.has(name)) expect(names).toContain(name);
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(["ALL"]);
      expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${service.build!.target}$`, "m"));
    },
  );

  it("asks for the GPU, so that a worker without one stops", () => {
    expect(compose.services["embed-worker-gpu"]!.environment).toMatchObject({ EDDY_DEVICE: "cuda" });
    expect(compose.services["embed-worker-gpu"]!.profiles).toEqual(["gpu"]);
  });
});

describe("Dockerfile", () => {
  const final = dockerfile
    .split(/^FROM /m)
    .slice(1)
    .filter((stage) => /ENTRYPOINT/.test(stage));

  it("ends in stages that are not root's, with the cli as entry point", () => {
    expect(final).toHaveLength(2);
    for (const stage of final) {
      expect(stage).toMatch(/^USER 1000:1000$/m);
      const [, entry] = /^ENTRYPOINT \["node", "\/eddy\/(.+)"\]$/m.exec(stage)!;
      expect(existsSync(join(root, entry!))).toBe(true);
    }
  });

  it("sets only what is a setting", () => {
    const set = [...dockerfile.matchAll(/\b((?:EDDY|LOG|KAFKA|QDRANT)_[A-Z_]+)=/g)].map(([, name]) => name!);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it("is built with the Node that package.json asks for", () => {
    const images = [...dockerfile.matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^20\.(19|[2-9]\d)\./);
  });
});

describe("linters", () => {
  const test = testThatNeeds("Python", canRun("python3", "-c", "import ensurepip, venv"));
  let python: string;
  beforeAll(async () => {
    if (!canRun("python3", "-c", "import ensurepip, venv")) return;
    python = await pythonEnvironment("deploy-linters", fileURLToPath(new URL("requirements.txt", import.meta.url)));
  }, 300_000);

  function lint(command: string, ...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: root,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
  }

  test("compose.yaml has the schema of the Compose specification", () => {
    // Entry scripts name the folder that the environment was made in: the module is called instead.
    lint(python, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml");
  });

  test("hadolint finds nothing in the Dockerfile", () => {
    lint(join(dirname(python), "hadolint"), "deploy/docker/Dockerfile");
  });
});
