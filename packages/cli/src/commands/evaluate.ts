import type { Evaluation } from "@eddy/quality/evaluate";
import { renderFields, renderTable } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count, counted, decimal } from "../figures.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  group: "Clusters:",
  summary: "hold labels that came with the documents against the clusters",
  description: `Holds the labels that documents came with against their clusters: how many of each label lie in each cluster, and

  purity     share of the documents whose label is the most frequent one of their cluster
  accuracy   one cluster a label, matched for the best (Hungarian); what is left over is wrong
  ARI        agreement of pairs, corrected for chance (0 = by chance, 1 = equal)
  NMI        mutual information, normalised by the arithmetic mean; equal to the V-measure

Documents without a label are counted, and left out.`,
  settings: querySettings,
  examples: ["eddy evaluate", "eddy evaluate --json | jq .purity"],
  async run({ terminal, options }) {
    const answer = await createApi(options).json<Evaluation>("/v1/evaluation");
    const { documents, unlabelled, purity, accuracy, ari, nmi, v_measure, confusion } = answer;
    if (options.json) {
      const figures = { documents, unlabelled, purity, accuracy, ari, nmi, v_measure, confusion };
      await terminal.write(`${JSON.stringify(figures)}\n`);
      return undefined;
    }
    if (documents === 0) {
      const hint = "publish documents with a `label` (eddy publish --label COLUMN)";
      await terminal.write(`none of ${counted(unlabelled, "document")} has a label: ${hint}\n`);
      return undefined;
    }
    const figures = renderFields([
      [
        "documents",
        `${count(documents)} with a label${unlabelled > 0 ? `, ${count(unlabelled)} without (left out)` : ""}`,
      ],
      ["purity", decimal(purity)],
      ["accuracy", decimal(accuracy)],
      ["ARI", decimal(ari)],
      ["NMI", `${decimal(nmi)} (= V-measure)`],
    ]);
    await terminal.write(`${confusionTable(answer, terminal)}\n\n${figures}\n`);
    return undefined;
  },
});

/** Labels × clusters. Where the terminal is too narrow, in as many blocks of clusters as it takes. */
function confusionTable(
  { confusion: { labels, clusters, counts } }: Evaluation,
  { columns: width, bold }: { readonly columns: number | undefined; readonly bold: (text: string) => string },
): string {
  const cells = counts.map((row) => row.map((n) => (n === 0 ? "·" : count(n))));
  const widest = Math.max(...clusters.map((name) => name.length), ...cells.flat().map((cell) => cell.length)) + 2;
  const names = Math.min(32, Math.max(5, ...labels.map((label) => label.length)));
  const block = width === undefined ? clusters.length : Math.max(1, Math.floor((width - names) / widest));
  const tables: string[] = [];
  for (let from = 0; from < clusters.length; from += block) {
    const titles = clusters.slice(from, from + block).map((title) => ({ title, align: "right" }) as const);
    const rows = labels.map((label, at) => [label, ...cells[at]!.slice(from, from + block)]);
    tables.push(renderTable([{ title: "LABEL", least: 12 }, ...titles], rows, { width, bold }));
  }
  return tables.join("\n\n");
}
