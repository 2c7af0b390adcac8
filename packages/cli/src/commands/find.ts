import type { PointPayload } from "@eddy/contracts/collection";
import { renderFields } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { decimal } from "../figures.ts";

export const find = defineCommand({
  name: "find",
  group: "Documents:",
  summary: "show a document and the cluster it is in",
  description:
    "Shows one document with its cluster, or says why it is not there: never published, rejected, still on its way, or deleted.",
  parameters: [{ syntax: "<document-id>", description: "the id that it was published with" }],
  settings: querySettings,
  examples: ["eddy find news-1", "eddy find news-1 --json | jq -r .cluster_id"],
  async run({ terminal, args, options }) {
    const path = `/v1/documents/${encodeURIComponent(args[0]!)}`;
    const found = await createApi(options).json<PointPayload>(path);
    await terminal.write(`${options.json ? JSON.stringify(found) : fieldsOf(found)}\n`);
    return undefined;
  },
});

function fieldsOf(found: PointPayload): string {
  return renderFields([
    ["document", found.document_id],
    ["cluster", found.cluster_id],
    ["distance", decimal(found.distance)],
    ["margin", found.margin === undefined ? "" : `${decimal(found.margin)} nearer than the next cluster`],
    ["source", found.source],
    ["label", found.label],
    ["published", found.published_at],
    ["received", found.received_at],
    ["metadata", found.metadata && JSON.stringify(found.metadata)],
    ["truncated", found.truncated ? "yes: the text is longer than the model reads" : undefined],
    ["title", found.title],
    ["text", found.text],
  ]);
}
