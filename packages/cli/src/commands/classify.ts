import type { Classification } from "@eddy/contracts/api/classification";
import { FatalError } from "@eddy/contracts/errors";
import { renderFields, renderTable } from "@eddy/report/text-table";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { decimal } from "../figures.ts";
import type { Terminal } from "../terminal.ts";

/** More than this is no text for one embedding. */
const MOST_BYTES = 2 ** 20;

export const classify = defineCommand({
  name: "classify",
  group: "Clusters:",
  summary: "tell which cluster a text belongs to",
  description:
    "Tells which cluster a text belongs to, without adding it. The text is read from standard input where none is given.",
  parameters: [{ syntax: "[text...]", description: "the text; - or nothing = standard input" }],
  settings: querySettings,
  examples: [
    'eddy classify "shares fell as oil prices rose"',
    "eddy classify < article.txt",
    'eddy classify --json "a text" | jq -r .cluster_id',
  ],
  async run({ terminal, args, options }) {
    const text = args.length === 0 || args.join() === "-" ? await readText(terminal) : args.join(" ");
    if (text.trim() === "") throw new FatalError("CONFIG_INVALID", "there is no text to classify");
    const body = JSON.stringify({ text });
    const answer = await createApi(options).json<Classification>("/v1/classify", { method: "POST", body });
    if (options.json) {
      await terminal.write(`${JSON.stringify(answer)}\n`);
      return undefined;
    }
    const fields = renderFields([
      ["cluster", answer.cluster_id],
      ["name", answer.name],
      ["keywords", answer.keywords.join(", ")],
      ["distance", decimal(answer.distance)],
      ["margin", `${decimal(answer.margin)} nearer than the next cluster`],
    ]);
    const rows = answer.alternatives.map(({ cluster_id, name = "", distance }) => [
      cluster_id,
      name,
      decimal(distance),
    ]);
    const table = renderTable(alternatives, rows, { width: terminal.columns, bold: terminal.bold });
    await terminal.write(`${fields}\n${rows.length > 0 ? `\n${table}\n` : ""}`);
    return undefined;
  },
});

const alternatives = [{ title: "NEXT" }, { title: "NAME", least: 12 }, { title: "DISTANCE", align: "right" }] as const;

async function readText({ stdin, typed, note }: Terminal): Promise<string> {
  if (typed) note("type the text, then Ctrl-D:\n");
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stdin) {
    parts.push(part);
    size += part.length;
    if (size > MOST_BYTES) throw new FatalError("CONFIG_INVALID", `the text is longer than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(parts).toString("utf8");
}
