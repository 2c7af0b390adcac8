import { FatalError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type ConfigDefinition,
  defineConfig,
  describeConfig,
  type Environment,
  loadConfig,
  setting,
} from "./config.ts";
import { configTable, envExample } from "./config-docs.ts";
import { nearestName } from "./nearest-name.ts";
import { processSettings } from "./process-settings.ts";
import { bool, byteSize, duration, integer, list, port } from "./setting-values.ts";

const definition = defineConfig({
  name: "ingest",
  settings: {
    httpPort: setting(port(), {
      env: "EDDY_HTTP_PORT",
      flag: "--port",
      default: "8080",
      description: "Port of the HTTP API.",
      choose: "0 takes any free one.",
    }),
    wait: setting(duration(), { env: "EDDY_WAIT", default: "30s", description: "Longest wait.", unit: "time" }),
    store: setting(z.url(), {
      env: "QDRANT_URL",
      description: "Where the store is.",
      example: "http://localhost:6333",
    }),
    apiKey: setting(z.string().min(4).optional(), { env: "QDRANT_API_KEY", description: "Key.", secret: true }),
  },
});

const url = { QDRANT_URL: "http://localhost:6333" };

function faultOf(env: Environment, overrides = {}, known: readonly ConfigDefinition[] = []): string {
  try {
    loadConfig(definition, env, overrides, { known });
  } catch (error) {
    expect(error).toBeInstanceOf(FatalError);
    expect((error as FatalError).code).toBe("CONFIG_INVALID");
    return (error as Error).message;
  }
  throw new Error("the configuration was taken");
}

describe("setting values", () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ["duration", duration(), "250ms", 250],
    ["duration", duration(), "30s", 30_000],
    ["duration", duration(), "1.5 m", 90_000],
    ["duration", duration(), "7d", 604_800_000],
    ["duration", duration(), 12, 12],
    ["duration", duration(), "30", undefined],
    ["duration", duration(), "-1s", undefined],
    ["duration", duration(), -1, undefined],
    ["duration", duration(), "1w", undefined],
    ["size", byteSize(), "64MiB", 67_108_864],
    ["size", byteSize(), "64kB", 64_000],
    ["size", byteSize(), "512B", 512],
    ["size", byteSize(), "64mib", undefined],
    ["bool", bool(), "YES", true],
    ["bool", bool(), "0", false],
    ["bool", bool(), true, true],
    ["bool", bool(), "maybe", undefined],
    ["list", list(z.string()), "a, b,,c ", ["a", "b", "c"]],
    ["list", list(integer(0)), "1,2", [1, 2]],
    ["list", list(integer(0)), "1,x", undefined],
    ["list", list(z.string()), ["a"], ["a"]],
    ["integer", integer(1), " 7 ", 7],
    ["integer", integer(1), "0", undefined],
    ["integer", integer(1), "1e3", undefined],
    ["integer", integer(1), "", undefined],
    ["port", port(), "65536", undefined],
    ["port", port(), 0, 0],
  ])("%s, case %#", (_, schema, input, expected) => {
    expect(schema.safeParse(input).data).toEqual(expected);
  });
});

describe("loadConfig", () => {
  it("takes an override before a variable before a default", () => {
    const env = { ...url, EDDY_HTTP_PORT: "1", EDDY_WAIT: "" };
    expect(loadConfig(definition, env)).toEqual({ httpPort: 1, wait: 30_000, store: url.QDRANT_URL });
    expect(loadConfig(definition, env, { httpPort: "2", wait: 5, store: undefined })).toMatchObject({
      httpPort: 2,
      wait: 5,
    });
  });

  it("reads a value from the file that *_FILE names, trimmed", () => {
    const config = loadConfig(
      definition,
      { ...url, QDRANT_API_KEY_FILE: "/run/secrets/key" },
      {},
      { readFile: (path) => ` s3cret of ${path}\n` },
    );
    expect(config.apiKey).toBe("s3cret of /run/secrets/key");
  });

  it("reports all faults at once, naming key and variable", () => {
    const message = faultOf({ EDDY_HTTP_PORT: "http", EDDY_WAIT: "soon", QDRANT_API_KEY: "abc", EDDY_HTPP_PORT: "1" });
    expect(message.split("\n")).toEqual([
      "the configuration of ingest is not valid:",
      '  - httpPort (EDDY_HTTP_PORT or --port): expected a whole number, got "http"',
      '  - wait (EDDY_WAIT): expected a duration such as "250ms", "30s", "5m", "2h" or "7d", got "soon"',
      "  - store (QDRANT_URL): is not set: Where the store is.",
      expect.stringMatching(/^ {2}- apiKey \(QDRANT_API_KEY\): .*, got \*{6}$/),
      "  - EDDY_HTPP_PORT is not a setting; did you mean EDDY_HTTP_PORT?",
    ]);
  });

  it("refuses a variable and its file at once, and a file that can't be read", () => {
    expect(faultOf({ ...url, EDDY_WAIT: "1s", EDDY_WAIT_FILE: "x" })).toContain("EDDY_WAIT_FILE, not both");
    expect(faultOf({ ...url, EDDY_WAIT_FILE: "/nowhere/at/all" })).toMatch(/can't read \/nowhere\/at\/all.*ENOENT/);
  });

  it("knows the variables of the definitions passed in, and no others", () => {
    const other = defineConfig({
      name: "embed",
      settings: { batch: setting(integer(1), { env: "EDDY_BATCH", default: "1", description: "" }) },
    });
    const env = { ...url, EDDY_BATCH: "not read here", EDDY_BATCH_FILE: "x", HOME: "/home/a" };
    expect(loadConfig(definition, env, {}, { known: [other] }).httpPort).toBe(8080);
    expect(faultOf(env)).toContain("EDDY_BATCH is not a setting");
    expect(faultOf({ ...url, EDDY_QQQQQQQQQQQQQQQQQQQ: "1" })).not.toContain("did you mean");
  });
});

it("describes the settings in effect without secrets", () => {
  const env = { QDRANT_URL: "http://me:s3cret@store:6333/x", QDRANT_API_KEY: "s3cret" };
  expect(describeConfig(definition, loadConfig(definition, env))).toEqual({
    httpPort: 8080,
    wait: 30_000,
    store: "http://me:******@store:6333/x",
    apiKey: "******",
  });
  expect(describeConfig(definition, loadConfig(definition, url)).apiKey).toBeUndefined();
});

it.each([
  ["EDDY_PORTT", "EDDY_PORT"],
  ["EDDY_PROT", "EDDY_PORT"],
  ["COMPLETELY_DIFFERENT", undefined],
])("the name nearest to %s is %s", (name, expected) => {
  expect(nearestName(name, ["EDDY_HOME", "EDDY_PORT"])).toBe(expected);
});

describe("docs", () => {
  it("writes .env.example, each variable once", () => {
    expect(envExample([definition, { name: "again", settings: definition.settings }])).toBe(`# ---- ingest ----

# Port of the HTTP API.
# 0 takes any free one.
#EDDY_HTTP_PORT=8080

# Longest wait. (time)
#EDDY_WAIT=30s

# Where the store is.
#QDRANT_URL=http://localhost:6333

# Key.
# Secret.
#QDRANT_API_KEY=

# ---- again ----
`);
  });

  it("writes a table", () => {
    expect(configTable(definition)).toBe(`| variable | flag | default | example | meaning |
|---|---|---|---|---|
| \`EDDY_HTTP_PORT\` | \`--port\` | \`8080\` |  | Port of the HTTP API. 0 takes any free one. |
| \`EDDY_WAIT\` |  | \`30s\` |  | Longest wait. (time) |
| \`QDRANT_URL\` |  | required | \`http://localhost:6333\` | Where the store is. |
| \`QDRANT_API_KEY\` |  | not set |  | Key. Secret. |
`);
  });
});

it("has defaults for what every process has", () => {
  expect(loadConfig({ name: "any", settings: processSettings }, {})).toEqual({
    logLevel: "info",
    costPerHour: 0,
    logFormat: "auto",
    drainTimeoutMs: 20_000,
    metricsHost: "127.0.0.1",
    metricsPort: 9464,
  });
});
