import type { Status } from "@eddy/contracts/api/status";
import { renderFields } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count, counted, rate } from "../figures.ts";
import { choiceLine, seedingLine } from "../model-line.ts";

export const status = defineCommand({
  name: "status",
  group: "Clusters:",
  summary: "show how far the stream is",
  description: "Shows what was received, embedded and clustered, what is still on its way, and the model in use.",
  settings: querySettings,
  examples: ["eddy status", "eddy status --json | jq .lag", "watch eddy status"],
  async run({ terminal, options }) {
    const answer = await createApi(options).json<Status>("/v1/status");
    await terminal.write(`${options.json ? JSON.stringify(answer) : fieldsOf(answer, options.url)}\n`);
    return undefined;
  },
});

function fieldsOf(
  { documents, lag, clusters, seeding, model, rates, embedder, ...about }: Status,
  url: string,
): string {
  const behind = lag.documents + lag.texts + lag.embeddings;
  const { model: name, dtype, dimensions } = embedder;
  return renderFields([
    ["eddy", `${about.version}, pipeline ${about.pipeline}, ${url}`],
    ["received", counted(documents.received, "record")],
    ["rejected", documents.rejected === 0 ? "0" : `${count(documents.rejected)} (eddy dlq)`],
    ["embedded", count(documents.embedded)],
    ["clustered", `${count(documents.clustered)}, ${rate(rates.clustered_per_second)}`],
    [
      "on the way",
      behind === 0
        ? "none"
        : `${count(behind)}: ${count(lag.documents)} to check, ${count(lag.texts)} to embed, ${count(lag.embeddings)} to cluster`,
    ],
    ["clusters", seeding ? seedingLine(seeding) : count(clusters)],
    ["model", `version ${model.version}${model.choice ? `; ${choiceLine(model.choice)}` : ""}`],
    [
      "embedder",
      [name, dtype, dimensions && `${dimensions} wide`, about.device ?? embedder.device].filter(Boolean).join(", "),
    ],
  ]);
}
