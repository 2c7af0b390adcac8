import type { DeadLetter, LetterPlace, ReplayResult } from "@eddy/contracts/api/dead-letter";
import { FatalError } from "@eddy/contracts/errors";
import { oneLine } from "@eddy/report/display-width";
import { renderTable } from "@eddy/report/text-table";
import { setting } from "@eddy/runtime/config";
import { bool } from "@eddy/runtime/setting-values";
import { createApi } from "../api.ts";
import { limitSetting, querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { count, counted } from "../figures.ts";

export const dlqList = defineCommand({
  name: "dlq list",
  isDefault: true,
  summary: "list what was rejected, and why",
  description:
    "Lists the dead letters, the newest first: what was refused after it was published, where it came from, and why.",
  settings: {
    limit: limitSetting("EDDY_DLQ_LIMIT", 50, 500, "Most letters to list."),
    ...querySettings,
  },
  examples: ["eddy dlq", "eddy dlq list --limit 500 --json | jq -r '.[].message' | sort | uniq -c"],
  async run({ terminal, options }) {
    const query = { limit: options.limit };
    const letters = await createApi(options).json<readonly DeadLetter[]>("/v1/dead-letters", { query });
    if (options.json) await terminal.write(`${JSON.stringify(letters)}\n`);
    else if (letters.length === 0) await terminal.write("no dead letters: nothing was rejected\n");
    else {
      const rows = letters.map(({ dead_letter, stage, code, message, key, document_id, preview, at, replayed }) => [
        letterName(dead_letter),
        at.replace(/\.\d+Z$/, "Z"),
        stage,
        message.startsWith(code) ? message : `${code}: ${message}`,
        document_id ?? key ?? "",
        replayed ? "yes" : "",
        preview,
      ]);
      await terminal.write(`${renderTable(columns, rows, { width: terminal.columns, bold: terminal.bold })}\n`);
    }
    return undefined;
  },
});

const columns = [
  { title: "LETTER", align: "right" },
  { title: "AT" },
  { title: "STAGE" },
  { title: "REASON", least: 30 },
  { title: "DOCUMENT", least: 12 },
  { title: "REPLAYED" },
  { title: "CONTENT", least: 12 },
] as const;

const flag = (env: string, name: string, description: string) =>
  setting(bool(), { env, flag: name, default: "false", description });

export const dlqReplay = defineCommand({
  name: "dlq replay",
  summary: "send rejected documents again",
  description: `Sends dead letters again, as they came: after a setting was mended, say a higher limit of size. A letter is skipped where
Eddy has a newer version of its document.`,
  parameters: [{ syntax: "[letter...]", description: "[TOPIC/]PARTITION:OFFSET, as `eddy dlq list` shows them" }],
  settings: {
    all: flag("EDDY_DLQ_ALL", "--all", "All that were not replayed yet."),
    force: flag("EDDY_DLQ_FORCE", "--force", "Also over newer versions."),
    ...querySettings,
  },
  examples: ["eddy dlq replay 0:17 2:4", "eddy dlq replay --all"],
  async run({ terminal, args, options }) {
    if (options.all === args.length > 0) {
      throw new FatalError("CONFIG_INVALID", "name the letters to replay (PARTITION:OFFSET), or give --all");
    }
    const which = options.all ? { all: true } : { letters: args.map(placeOf) };
    const body = JSON.stringify({ ...which, force: options.force });
    const answer = await createApi(options).json<ReplayResult>("/v1/dead-letters/replay", { method: "POST", body });
    if (options.json) await terminal.write(`${JSON.stringify(answer)}\n`);
    else {
      const skipped = answer.skipped.map((letter) => `\n    ${oneLine(letterName(letter))}  ${oneLine(letter.reason)}`);
      await terminal.write(
        `replayed ${counted(answer.replayed, "letter")}, skipped ${count(answer.skipped_total)}${skipped.join("")}\n`,
      );
    }
    return undefined;
  },
});

/** Most letters are of `documents`, whose topic need not be named. */
const usual = /\.documents\.v\d+\.dlq$/;

function letterName({ topic, partition, offset }: LetterPlace): string {
  return `${usual.test(topic) ? "" : `${topic}/`}${partition}:${offset}`;
}

function placeOf(text: string): Omit<LetterPlace, "topic"> & Partial<LetterPlace> {
  const match = /^(?:([^/]+)\/)?(\d{1,9}):(\d{1,15})$/.exec(text);
  if (!match) {
    throw new FatalError("CONFIG_INVALID", `"${text}" is no letter: PARTITION:OFFSET is wanted, such as 0:17`);
  }
  return { ...(match[1] !== undefined && { topic: match[1] }), partition: Number(match[2]), offset: Number(match[3]) };
}
