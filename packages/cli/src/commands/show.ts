import type { ClusterDetail } from "@eddy/contracts/api/cluster";
import { parseClusterName } from "@eddy/contracts/collection";
import { FatalError } from "@eddy/contracts/errors";
import { renderFields } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { limitSetting, querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { documentTable } from "../document-table.ts";
import { counted, percent } from "../figures.ts";

/** `c3` or `3` → `c3`. Throws CONFIG_INVALID. */
export function clusterArgument(name: string): string {
  const cluster = parseClusterName(name);
  if (cluster === undefined)
    throw new FatalError("CONFIG_INVALID", `"${name}" is no cluster: they are called c1, c2, …`);
  return `c${cluster}`;
}

export const show = defineCommand({
  name: "show",
  group: "Clusters:",
  summary: "show a cluster, its most typical and its newest documents",
  description:
    "Shows one cluster: size, share, keywords, the documents nearest its centre, which say best what it is about, and the newest.",
  parameters: [{ syntax: "<cluster>", description: "c3, or 3" }],
  settings: {
    limit: limitSetting("EDDY_SHOW_LIMIT", 5, 100, "Documents to show, of the nearest and of the newest."),
    ...querySettings,
  },
  examples: ["eddy show c3", "eddy show 3 --limit 20", "eddy show c3 --json | jq -r '.nearest[].document_id'"],
  async run({ terminal, args, options }) {
    const cluster = clusterArgument(args[0]!);
    const query = { limit: options.limit, newest: options.limit };
    const answer = await createApi(options).json<ClusterDetail>(`/v1/clusters/${cluster}`, { query });
    if (options.json) {
      await terminal.write(`${JSON.stringify(answer)}\n`);
      return undefined;
    }
    const fields = renderFields([
      ["cluster", answer.cluster_id],
      ["name", answer.name],
      ["size", `${counted(answer.size, "document")}, ${percent(answer.share)} of all`],
      ["keywords", answer.keywords.join(", ")],
      ["born", `at model version ${answer.born_at_version}`],
    ]);
    const style = { width: terminal.columns, bold: terminal.bold };
    const tables = [
      ["Nearest to the centre:", answer.nearest],
      ["Newest:", answer.newest],
    ] as const;
    const parts = tables.flatMap(([title, documents]) =>
      documents.length === 0 ? [] : [`\n${title}\n\n${documentTable(documents, style)}\n`],
    );
    await terminal.write(`${fields}\n${parts.join("")}`);
    return undefined;
  },
});
