import { FatalError } from "@eddy/contracts/errors";
import { exitCodes } from "@eddy/runtime/exit-code";
import { createApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { count } from "../figures.ts";
import { openInput } from "../publish/input.ts";
import { publishInput } from "../publish/publication.ts";
import { publishSettings, WINDOW } from "../publish/settings.ts";
import { summaryJson, summaryText } from "../publish/summary.ts";

/** As shells have it for a program that a SIGINT ended. */
const INTERRUPTED = 130;

export const publish = defineCommand({
  name: "publish",
  group: "Documents:",
  summary: "send documents from files, folders or standard input",
  description: `Sends documents to a running Eddy.

FILE may be JSON Lines, CSV or TSV with a header, plain text (one document a line), a folder of text, Markdown and HTML
files (one document each), any of them gzipped, or - for standard input. Columns that are no field of a document are kept
as its metadata. What can't be read or is refused is told at the end with file, line and reason; the rest is sent.

Files are shuffled within a window of ${count(WINDOW)} documents (always the same way), because files are often sorted and a
model learns better from a mixture; versions of one document keep their order. --in-order doesn't. Standard input, and
anything with --rate, is sent in order and at once.

When Eddy can't keep up, this waits for it. When Eddy is away, it tries again for a minute, and nothing is doubled.

Exit codes: 0 all was sent, ${exitCodes.data.code} some was rejected or could not be read (the rest was sent), ${exitCodes.usage.code} the command is wrong,
${exitCodes.dependency.code} Eddy is not there or went away, ${INTERRUPTED} interrupted.`,
  parameters: [{ syntax: "<file...>", description: "files, folders, or - for standard input" }],
  settings: publishSettings,
  examples: [
    "eddy publish news.jsonl",
    "eddy publish articles.csv.gz --text body --title headline --label section",
    "eddy publish notes/ --label-from-folder --wait",
    "tail -f app.log | eddy publish -",
    "eddy publish big.tsv --limit 10000 --shuffle 7 --json",
  ],
  async run({ terminal, args, options }) {
    if (options.inOrder && options.shuffle !== undefined) {
      throw new FatalError("CONFIG_INVALID", "--shuffle and --in-order exclude each other");
    }
    const { text, id, title, label, source, published_at, whole, format } = options;
    const fields = { text, id, title, label, source, published_at };
    const input = await openInput(args, { fields, whole, format, stdin: terminal.stdin });
    const api = createApi(options);
    await api.request("/healthz"); // any answer will do; where there is none, it is told before anything is read
    const signal = terminal.interrupted();
    const { failure, ...summary } = await publishInput(input, api, terminal, options, signal);

    // A command that got nowhere has nothing to sum up.
    if (failure === undefined || summary.sent + summary.rejected > 0)
      await terminal.write(`${options.json ? JSON.stringify(summaryJson(summary)) : summaryText(summary)}\n`);
    if (signal.aborted) {
      terminal.note("interrupted: not all was done\n");
      return INTERRUPTED;
    }
    if (failure !== undefined) throw failure;
    return summary.rejected > 0 ? exitCodes.data.code : 0;
  },
});
