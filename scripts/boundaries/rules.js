/** What may import what. Each rule takes the workspace and returns its violations as sentences that begin with a file. */
import { isBuiltin } from "node:module";
import { posix } from "node:path";

/** @typedef {import("./workspace.js").Workspace} Workspace */
/** @typedef {import("./workspace.js").Package} Package */
/** @typedef {import("./workspace.js").SourceFile} SourceFile */

/** Packages that only compute: what they need of the world is passed in. */
const PURE = ["@eddy/clustering", "@eddy/quality", "@eddy/text"];

const IMPURE_BUILTINS =
  /^(node:)?(fs|net|tls|dns|dgram|https?|http2|child_process|cluster|worker_threads|process|os|timers|perf_hooks)(\/|$)/;

/** @type {[RegExp, string][]} */
const IMPURE_CODE = [
  [/(?<![.\w$])process\s*\./, "process: pass settings in"],
  [/(?<![.\w$])Date\s*\.\s*now\b/, "Date.now: pass a clock or a time in"],
  [/(?<![.\w$])new\s+Date\s*(\(\s*\)|(?![\s(\w]))/, "new Date(): pass a clock or a time in"],
  [/(?<![.\w$])performance\s*\./, "performance: pass a clock in"],
  [/(?<![.\w$])Math\s*\.\s*random\b/, "Math.random: pass a random source in"],
  [/(?<![.\w$])fetch\s*\(/, "fetch: pass what it brings in"],
];

/** Clients of the outside world: imported in one file of a package, so that they can be replaced there. */
const VENDORS = [
  "@huggingface/transformers",
  "@opentelemetry/api",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@qdrant/js-client-rest",
  "@resvg/resvg-js",
  "csv-parse",
  "fastify",
  "html-to-text",
  "hyparquet",
  "kafkajs",
  "lmdb",
  "ml-kmeans",
  "onnx-proto",
  "onnxruntime-node",
  "pino",
  "prom-client",
  "vega",
  "vega-lite",
];

/** Subpaths of ports' packages that are adapters. */
const ADAPTER = /^((kafka|embedded|lmdb|rest-client|in-process)[^/]*$|(server|engine)\/)/;

const CLI = "@eddy/cli";
/** Names the metrics of all services. */
const DASHBOARDS = "@eddy/dashboards";
/** Opens the log and the store for every process. */
const PIPELINE = "@eddy/pipeline";

/**
 * `@eddy/streams/kafka` → `@eddy/streams`; `csv-parse/sync` → `csv-parse`.
 *
 * @param {string} specifier
 */
export function packageOf(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** @param {string} specifier */
const isRelative = (specifier) => specifier.startsWith(".");

/** @param {Package} entry */
const isService = (entry) => entry.folder.startsWith("services/");

/**
 * @template T
 * @param {Workspace} workspace
 * @param {(file: SourceFile, owner: Package) => T[]} judge
 */
const eachFile = ({ packages }, judge) =>
  packages.flatMap((owner) => owner.files.flatMap((file) => judge(file, owner)));

/** @type {Record<string, (workspace: Workspace) => string[]>} */
export const rules = {
  "a package imports only what its package.json declares": (workspace) =>
    eachFile(workspace, (file, owner) => {
      const allowed = [owner.name, ...owner.dependencies, ...(file.test ? workspace.devDependencies : [])];
      return file.imports
        .filter(
          (specifier) => !isRelative(specifier) && !isBuiltin(specifier) && !allowed.includes(packageOf(specifier)),
        )
        .map((specifier) => `${file.path} imports ${specifier}: declare ${packageOf(specifier)} in ${owner.folder}`);
    }),

  "a relative import stays inside its package": (workspace) =>
    eachFile(workspace, (file, owner) =>
      file.imports
        .filter((specifier) => isRelative(specifier))
        .filter((specifier) => !posix.join(posix.dirname(file.path), specifier).startsWith(`${owner.folder}/`))
        .map((specifier) => `${file.path} reaches out of its package: ${specifier}`),
    ),

  "services stand alone: only the cli imports them (and dashboards their metrics), and nobody imports the cli": (
    workspace,
  ) => {
    const closed = workspace.packages.filter((entry) => isService(entry) || entry.name === CLI).map(({ name }) => name);
    return eachFile(workspace, (file, owner) =>
      file.imports
        .filter((specifier) => closed.includes(packageOf(specifier)) && packageOf(specifier) !== owner.name)
        .filter((specifier) => owner.name !== CLI || packageOf(specifier) === CLI)
        .filter((specifier) => owner.name !== DASHBOARDS || !specifier.endsWith("metrics"))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
  },

  "contracts import no other package of ours": (workspace) =>
    eachFile(workspace, (file, owner) =>
      file.imports
        .filter((specifier) => owner.name === "@eddy/contracts" && specifier.startsWith("@eddy/"))
        .filter((specifier) => packageOf(specifier) !== owner.name)
        .map((specifier) => `${file.path} imports ${specifier}`),
    ),

  "clustering, quality and text are pure": (workspace) =>
    eachFile(workspace, (file, owner) => {
      if (!PURE.includes(owner.name) || file.test) return [];
      const imports = file.imports.filter((specifier) => IMPURE_BUILTINS.test(specifier));
      const uses = IMPURE_CODE.filter(([pattern]) => pattern.test(file.bare));
      return [
        ...imports.map((specifier) => `${file.path} imports ${specifier}`),
        ...uses.map(([, text]) => `${file.path} uses ${text}`),
      ];
    }),

  "adapters are seen by main.ts, the cli, pipeline (which opens them for both) and tests only": (workspace) =>
    eachFile(workspace, (file, owner) => {
      if (
        file.test ||
        owner.name === CLI ||
        owner.name === PIPELINE ||
        /^services\/[^/]+\/src\/main\.ts$/.test(file.path)
      )
        return [];
      return file.imports
        .filter((specifier) => specifier.startsWith("@eddy/") && packageOf(specifier) !== owner.name)
        .filter((specifier) => ADAPTER.test(specifier.slice(packageOf(specifier).length + 1)))
        .map((specifier) => `${file.path} imports the adapter ${specifier}: take the port, and wire it in main.ts`);
    }),

  "a vendor's client is imported in one file of a package": ({ packages }) =>
    packages.flatMap(({ files }) =>
      VENDORS.flatMap((vendor) => {
        const users = files.filter(({ test, imports }) => !test && imports.some((name) => packageOf(name) === vendor));
        return users.length > 1 ? [`${users.map(({ path }) => path).join(", ")} all import ${vendor}`] : [];
      }),
    ),

  "tsconfig references are the dependencies": ({ packages, references }) => {
    const folders = new Map(packages.map(({ name, folder }) => [name, folder]));
    const compare = (/** @type {string} */ file, /** @type {string[]} */ actual, /** @type {string[]} */ wanted) => [
      ...wanted
        .filter((folder) => !actual.includes(folder))
        .map((folder) => `${file} lacks the reference to ${folder}`),
      ...actual
        .filter((folder) => !wanted.includes(folder))
        .map((folder) => `${file} has a reference too many: ${folder}`),
    ];
    return [
      ...compare("tsconfig.json", references, [...folders.values()]),
      ...packages.flatMap((entry) => {
        const wanted = entry.dependencies.flatMap((name) => folders.get(name) ?? []);
        return compare(`${entry.folder}/tsconfig.json`, entry.references, wanted);
      }),
    ];
  },

  "a declared dependency is used": ({ packages }) =>
    packages.flatMap(({ folder, dependencies, files }) => {
      const used = new Set(files.flatMap(({ imports }) => imports.map(packageOf)));
      return dependencies
        .filter((name) => !used.has(name))
        .map((name) => `${folder}/package.json declares ${name}, which nothing there imports`);
    }),
};

/**
 * @param {Workspace} workspace
 * @returns {{ rule: string, violations: string[] }[]} the rules that are broken
 */
export function checkBoundaries(workspace) {
  return Object.entries(rules)
    .map(([rule, judge]) => ({ rule, violations: judge(workspace) }))
    .filter(({ violations }) => violations.length > 0);
}
