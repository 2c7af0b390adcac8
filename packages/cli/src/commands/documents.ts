import type { PointPage } from "@eddy/contracts/api/point";
import type { PointPayload } from "@eddy/contracts/collection";
import { parseDate } from "@eddy/contracts/document";
import { setting } from "@eddy/runtime/config";
import { z } from "zod";
import { createApi } from "../api.ts";
import { limitSetting, querySettings, textSetting } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { documentTable } from "../document-table.ts";
import { counted } from "../figures.ts";
import { clusterArgument } from "./show.ts";

/** Documents asked for at once. */
const PAGE = 250;

const dateSetting = (env: string, flag: string, description: string) =>
  setting(
    z
      .string()
      .refine((text) => parseDate(text) !== undefined, "expected a date such as 2026-11-22 or 2026-11-22T10:00:00Z")
      .optional(),
    { env, flag, description, example: "2026-11-22" },
  );

export const documents = defineCommand({
  name: "documents",
  group: "Documents:",
  summary: "list documents of a cluster, a source, a time",
  description: "Lists documents. Filters are combined: a document is listed if all of them admit it.",
  settings: {
    cluster: textSetting("EDDY_DOCUMENTS_CLUSTER", "--cluster <cluster>", "Only those of this cluster.", "c3"),
    source: textSetting("EDDY_DOCUMENTS_SOURCE", "--source <source>", "Only those from this source."),
    label: textSetting("EDDY_DOCUMENTS_LABEL", "--label <label>", "Only those that came with this label."),
    from: dateSetting("EDDY_DOCUMENTS_FROM", "--from <date>", "Only those published at this time or later."),
    to: dateSetting(
      "EDDY_DOCUMENTS_TO",
      "--to <date>",
      "Only those published at this time or earlier; of a day, until its end.",
    ),
    text: textSetting(
      "EDDY_DOCUMENTS_TEXT",
      "--text <words>",
      "Only those with all these words in their title or text.",
    ),
    limit: limitSetting("EDDY_DOCUMENTS_LIMIT", 50, 100_000, "Most documents to list; `eddy export` gives all."),
    after: textSetting("EDDY_DOCUMENTS_AFTER", "--after <cursor>", "Go on where a listing ended: `next` of its JSON."),
    ...querySettings,
  },
  examples: [
    "eddy documents --cluster c3",
    "eddy documents --source reuters --from 2026-11-01 --to 2026-11-30",
    "eddy documents --text 'interest rates' --limit 10",
    "eddy documents --cluster c3 --json | jq -r '.documents[].text'",
  ],
  async run({ terminal, options }) {
    const { url, apiKey, json, limit, cluster, after: start, ...filters } = options;
    const api = createApi({ url, apiKey });
    const found: PointPayload[] = [];
    let after = start;
    let next: string | null = null;
    do {
      const query = {
        ...filters,
        cluster: cluster === undefined ? undefined : clusterArgument(cluster),
        limit: Math.min(PAGE, limit - found.length),
        after,
      };
      const page = await api.json<PointPage>("/v1/documents", { query });
      found.push(...page.documents);
      next = page.next;
      after = next ?? undefined;
    } while (next !== null && found.length < limit);

    if (json) await terminal.write(`${JSON.stringify({ documents: found, next })}\n`);
    else if (found.length === 0) await terminal.write("no such documents\n");
    else {
      const table = documentTable(found, { width: terminal.columns, bold: terminal.bold });
      const more =
        next === null ? "" : `\n\n${counted(found.length, "document")}, and there are more: --limit N, or eddy export`;
      await terminal.write(`${table}${more}\n`);
    }
    return undefined;
  },
});
