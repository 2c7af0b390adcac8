// What every bench prints: one JSON object {name, figures, goals, met, machine, versions}.
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const round = (value, digits = 4) => Number(value.toFixed(digits));
export const median = (values) => quantile(values, 0.5);
export const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
};
export const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
export const summary = (values) => ({
  mean: round(mean(values)),
  std: round(spread(values)),
  worst: round(Math.min(...values)),
});

const version = (name) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;

/** `goals`: a text and whether it is met, by name. */
export function report(name, figures, goals, { json = false, versions = {} } = {}) {
  const result = {
    name,
    figures,
    goals: Object.fromEntries(Object.entries(goals).map(([key, [text, met]]) => [key, { goal: text, met }])),
    met: Object.values(goals).every(([, met]) => met),
    machine: {
      cpu: cpus()[0]?.model.trim(),
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    versions: { "onnxruntime-node": version("onnxruntime-node"), lmdb: version("lmdb"), ...versions },
  };
  console.log(JSON.stringify(result, null, json ? 0 : 2));
}
