import type { ClusterList } from "@eddy/contracts/api/cluster";
import { renderTable } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count, counted, percent } from "../figures.ts";
import { choiceLine, seedingLine } from "../model-line.ts";

export const clusters = defineCommand({
  name: "clusters",
  group: "Clusters:",
  summary: "list the clusters with sizes and keywords",
  description:
    "Lists the clusters, the largest first, with size, share of all documents, and the words that set them apart.",
  settings: querySettings,
  examples: ["eddy clusters", "eddy clusters --json | jq -r '.clusters[] | [.cluster_id, .size] | @tsv'"],
  async run({ terminal, options }) {
    const answer = await createApi(options).json<ClusterList>("/v1/clusters");
    const text = options.json ? JSON.stringify(answer) : table(answer, terminal);
    await terminal.write(`${text}\n`);
    return undefined;
  },
});

function table(
  { documents, choice, clusters: found, seeding }: ClusterList,
  { columns: width, bold }: { readonly columns: number | undefined; readonly bold: (text: string) => string },
): string {
  if (found.length === 0) return seeding ? seedingLine(seeding) : "no clusters yet: publish some documents first";
  const rows = found.map(({ cluster_id, name = "", size, share, keywords }) => [
    cluster_id,
    name,
    count(size),
    percent(share),
    keywords.join(", "),
  ]);
  const head = `${counted(documents, "document")} in ${counted(found.length, "cluster")}`;
  return `${head}${choice ? `\n${choiceLine(choice)}` : ""}\n\n${renderTable(columns, rows, { width, bold })}`;
}

const columns = [
  { title: "CLUSTER" },
  { title: "NAME", least: 12 },
  { title: "SIZE", align: "right" },
  { title: "SHARE", align: "right" },
  { title: "KEYWORDS", least: 16 },
] as const;
