import { open, rename, unlink } from "node:fs/promises";
import { FatalError } from "@eddy/contracts/errors";
import { setting } from "@eddy/runtime/config";
import { bool } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { createApi } from "../api.ts";
import { apiSettings, textSetting } from "../client-settings.ts";
import { defineCommand } from "../command.ts";
import { clusterArgument } from "./show.ts";

export const exportDocuments = defineCommand({
  name: "export",
  group: "Documents:",
  summary: "write all documents with their clusters as JSON Lines or CSV",
  description:
    "Writes all documents with their clusters, to standard output or a file. A file appears under its name only once it is whole.",
  settings: {
    format: setting(z.enum(["jsonl", "csv"]), {
      env: "EDDY_EXPORT_FORMAT",
      flag: "--format <format>",
      default: "jsonl",
      description: "jsonl or csv.",
    }),
    output: textSetting("EDDY_EXPORT_OUTPUT", "-o, --output <file>", "File to write; by default standard output."),
    cluster: textSetting("EDDY_EXPORT_CLUSTER", "--cluster <cluster>", "Only documents of this cluster.", "c3"),
    vectors: setting(bool(), {
      env: "EDDY_EXPORT_VECTORS",
      flag: "--vectors",
      default: "false",
      description: "With their embeddings.",
    }),
    ...apiSettings,
  },
  examples: [
    "eddy export > documents.jsonl",
    "eddy export --format csv -o clusters.csv",
    "eddy export --cluster c3 | jq -r .text",
  ],
  async run({ terminal, options }) {
    const { format, vectors, output } = options;
    const cluster = options.cluster === undefined ? undefined : clusterArgument(options.cluster);
    const chunks = createApi(options).stream("/v1/export", { query: { format, cluster, vectors } });
    if (output !== undefined) await writeWhole(output, chunks);
    else for await (const chunk of chunks) await terminal.write(chunk);
    return undefined;
  },
});

/** Through a file beside it, so that half an export is never taken for one. */
async function writeWhole(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w").catch((error) => {
    throw notWritable(path, error);
  });
  try {
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk).catch((error) => {
          throw notWritable(path, error);
        });
      }
    } finally {
      await file.close();
    }
    await rename(part, path).catch((error) => {
      throw notWritable(path, error);
    });
  } catch (error) {
    await unlink(part);
    throw error;
  }
}

function notWritable(path: string, error: NodeJS.ErrnoException): FatalError {
  if (error.code === "ENOSPC") return new FatalError("DISK_FULL", `no space left for ${path}`, { cause: error });
  return new FatalError("CONFIG_INVALID", `can't write ${path} (${error.code ?? error.message})`, { cause: error });
}
