// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with templates are the test data
import { describe, expect, it } from "vitest";
import { checkBoundaries } from "./rules.js";
import { importsOf, strip } from "./source.js";

/** @param {string} path @param {string} source */
const file = (path, source) => ({
  path,
  test: path.includes(".test.") || path.includes("conformance"),
  imports: importsOf(source),
  bare: strip(source).bare,
});

/**
 * A workspace that breaks no rule, with one file added.
 *
 * @param {string} path
 * @param {string} source
 */
function withFile(path, source) {
  /** @param {string} folder @param {string[]} dependencies @param {string} used */
  const entry = (folder, dependencies, used) => ({
    name: `@eddy/${folder.split("/")[1]}`,
    folder,
    dependencies,
    references: dependencies.filter((name) => name.startsWith("@eddy/")).map(folderOf),
    files: [file(`${folder}/src/used.ts`, used), ...(path.startsWith(`${folder}/`) ? [file(path, source)] : [])],
  });
  const packages = [
    entry("packages/contracts", [], ""),
    entry("packages/text", [], ""),
    entry("packages/streams", ["@eddy/contracts", "kafkajs"], 'import "@eddy/contracts/a"; import "kafkajs"'),
    entry("services/ingest", ["@eddy/streams"], 'import "@eddy/streams/port"'),
    entry("services/embed", [], ""),
    entry("packages/cli", ["@eddy/ingest", "@eddy/streams"], 'import "@eddy/ingest/a"; import "@eddy/streams/kafka"'),
  ];
  return { packages, references: packages.map(({ folder }) => folder), devDependencies: ["vitest"] };
}

/** @param {string} name */
const folderOf = (name) => (name === "@eddy/ingest" ? "services/ingest" : name.replace("@eddy", "packages"));

const DECLARED = "a package imports only what its package.json declares";
const ALONE =
  "services stand alone: only the cli imports them (and dashboards their metrics), and nobody imports the cli";
const PURE = "clustering, quality and text are pure";
const ADAPTERS = "adapters are seen by main.ts, the cli, pipeline (which opens them for both) and tests only";

describe("checkBoundaries", () => {
  it.each([
    ["packages/streams/src/a.ts", 'import "node:fs"; import "./port.ts"; import "@eddy/contracts/b"'],
    ["packages/streams/src/a.test.ts", 'import "vitest"; import "kafkajs"'],
    ["packages/streams/src/conformance.ts", 'import "vitest"'],
    [
      "packages/text/src/a.ts",
      'const text = "process.env Date.now()"; // Math.random()\nnew Date(0); x.fetch(); createHash()',
    ],
    ["packages/text/src/a.test.ts", 'import "node:fs"; Date.now()'],
    ["services/ingest/src/main.ts", 'import "@eddy/streams/embedded"'],
    ["services/ingest/src/service.ts", 'import "@eddy/streams/embedding"'],
    ["services/ingest/src/a.test.ts", 'import "@eddy/streams/embedded"'],
    ["packages/streams/src/open.ts", 'import "@eddy/streams/embedded"'],
  ])("takes %s with %s", (path, source) => {
    expect(checkBoundaries(withFile(path, source))).toEqual([]);
  });

  it.each([
    ["packages/text/src/a.ts", 'import "@eddy/contracts/b"', [DECLARED]],
    ["packages/text/src/a.ts", 'import "vitest"', [DECLARED]],
    ["packages/streams/src/a.ts", 'import "@eddy/text/b"', [DECLARED]],
    ["packages/streams/src/a.ts", 'import "../../text/src/b.ts"', ["a relative import stays inside its package"]],
    ["services/embed/src/a.ts", 'import "@eddy/ingest/b"', [DECLARED, ALONE]],
    ["services/ingest/src/a.ts", 'import "@eddy/cli/b"', [DECLARED, ALONE]],
    ["packages/streams/src/a.ts", 'import "@eddy/ingest/b"', [DECLARED, ALONE]],
    ["packages/contracts/src/a.ts", 'import "@eddy/text/b"', [DECLARED, "contracts import no other package of ours"]],
    ["packages/text/src/a.ts", 'import "node:fs/promises"', [PURE]],
    ["packages/text/src/a.ts", "const level = process.env.LEVEL", [PURE]],
    ["packages/text/src/a.ts", "const now = Date.now()", [PURE]],
    ["packages/text/src/a.ts", "const now = new Date()", [PURE]],
    ["packages/text/src/a.ts", "const x = `${Math.random()}`", [PURE]],
    ["packages/text/src/a.ts", "await fetch(url)", [PURE]],
    ["services/ingest/src/service.ts", 'import "@eddy/streams/kafka-log"', [ADAPTERS]],
    ["services/ingest/src/stages/main.ts", 'import "@eddy/streams/server/http"', [ADAPTERS]],
    [
      "packages/streams/src/a.ts",
      'import type { Kafka } from "kafkajs"',
      ["a vendor's client is imported in one file of a package"],
    ],
  ])("refuses %s with %s", (path, source, expected) => {
    const broken = checkBoundaries(withFile(path, source));
    expect(broken.map(({ rule }) => rule)).toEqual(expected);
    expect(broken[0]?.violations[0]).toContain(path);
  });

  it("compares tsconfig references and dependencies, both ways", () => {
    const workspace = withFile("packages/text/src/a.ts", "");
    workspace.references.pop();
    const streams = workspace.packages.find(({ name }) => name === "@eddy/streams");
    streams?.references.splice(0, 1, "packages/text");
    expect(checkBoundaries(workspace)).toEqual([
      {
        rule: "tsconfig references are the dependencies",
        violations: [
          "tsconfig.json lacks the reference to packages/cli",
          "packages/streams/tsconfig.json lacks the reference to packages/contracts",
          "packages/streams/tsconfig.json has a reference too many: packages/text",
        ],
      },
    ]);
  });

  it("finds a dependency that nothing uses", () => {
    const workspace = withFile("packages/text/src/a.ts", "");
    workspace.packages[1]?.dependencies.push("html-to-text");
    expect(checkBoundaries(workspace)[0]?.violations).toEqual([
      "packages/text/package.json declares html-to-text, which nothing there imports",
    ]);
  });
});
