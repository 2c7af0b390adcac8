import type { MetricDefinition } from "./metric.ts";

/** A Markdown table of metrics, in the order given. */
export function metricTable(definitions: readonly MetricDefinition[]): string {
  const rows = definitions.map(
    ({ name, type, labels = [], help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(" ")} | ${help.replaceAll("|", "\\|")} |`,
  );
  return ["| metric | type | labels | meaning |", "|---|---|---|---|", ...rows, ""].join("\n");
}
