import { oneLine } from "@eddy/report/display-width";
import { createApi } from "../api.ts";
import { querySettings } from "../client-settings.ts";
import { defineCommand } from "../command.ts";

export const deleteDocument = defineCommand({
  name: "delete",
  group: "Documents:",
  summary: "delete a document",
  description:
    "Deletes a document, also from what the model has learnt. It is gone once the deletion has passed through the stream.",
  parameters: [{ syntax: "<document-id>", description: "the id that it was published with" }],
  settings: querySettings,
  examples: ["eddy delete news-1"],
  async run({ terminal, args, options }) {
    const path = `/v1/documents/${encodeURIComponent(args[0]!)}`;
    const answer = await createApi(options).json<{ readonly id: string }>(path, { method: "DELETE" });
    await terminal.write(
      `${options.json ? JSON.stringify(answer) : `the deletion of ${oneLine(answer.id)} is on its way`}\n`,
    );
    return undefined;
  },
});
