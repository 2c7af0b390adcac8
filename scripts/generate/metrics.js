import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { metricTable } from "@eddy/runtime/metric-docs";
import { page } from "./markdown.js";

/** @typedef {import("@eddy/runtime/metric").MetricDefinition} MetricDefinition */

/**
 * Every metric of ours: they are found by the call that defines them, so that none is forgotten.
 *
 * @param {string} root
 */
export async function metricReference(root) {
  const intro = `
\`/metrics\` of every process has these in Prometheus' text format, beside \`process_*\` and \`nodejs_*\` of prom-client. Units are
base units (seconds, bytes, ratios), counters end in \`_total\`, and labels have few values: never a document's id, and of the
clusters only the largest ten and \`other\`.
`;
  const sections = [];
  for (const path of definingFiles(root)) {
    const compiled = path.replace("/src/", "/dist/").replace(/\.ts$/, ".js");
    const module = await import(pathToFileURL(join(root, compiled)).href);
    const metrics = Object.values(module).flatMap(definitionsIn);
    const calls = readFileSync(join(root, path), "utf8").split("defineMetric({").length - 1;
    if (metrics.length !== calls) throw new Error(`${path} defines ${calls} metrics and exports ${metrics.length}`);
    const [folder, name] = path.split("/");
    sections.push(`## ${folder}/${name}\n\n${metricTable(metrics)}`);
  }
  const store = `
## The embedded store

The embedded Qdrant server has \`/metrics\` of its own on its port, under the names that Qdrant gives them.
`;
  return page("Metrics", intro, ...sections, store);
}

/** Sources with a metric in them, tests left out. @param {string} root */
function definingFiles(root) {
  return ["packages", "services"]
    .flatMap((folder) => readdirSync(join(root, folder)).flatMap((name) => sourcesIn(root, `${folder}/${name}/src`)))
    .filter((path) => readFileSync(join(root, path), "utf8").includes("defineMetric({"))
    .sort();
}

/** @param {string} root @param {string} folder */
function sourcesIn(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
}

/** The definitions in a table of them, as `workerMetrics` is. @param {unknown} exported @returns {MetricDefinition[]} */
function definitionsIn(exported) {
  if (typeof exported !== "object" || exported === null) return [];
  return Object.values(exported).filter((value) => typeof value?.help === "string" && /^eddy_/.test(value.name));
}
