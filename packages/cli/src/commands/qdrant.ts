import { once } from "node:events";
import { serverSettings } from "@eddy/runtime/access-settings";
import { setting } from "@eddy/runtime/config";
import { refuseExposure } from "@eddy/runtime/exposure";
import { port } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { defineCommand } from "../command.ts";

export const qdrant = defineCommand({
  name: "qdrant",
  group: "Run:",
  summary: "run the embedded Qdrant server by itself",
  description: `Runs the embedded vector store as a server of its own. It speaks Qdrant's REST API, so that any Qdrant client can use it:
search is exact, one process a folder. What it serves is in docs/QDRANT.md. Ctrl-C stops it.`,
  settings: {
    dir: setting(z.string().min(1), {
      env: "EDDY_QDRANT_DIR",
      flag: "--dir <folder>",
      default: ".eddy/qdrant",
      description: "Folder of the store; made where it is missing.",
    }),
    host: setting(z.string().min(1), {
      env: "EDDY_QDRANT_HOST",
      flag: "--host <host>",
      default: "127.0.0.1",
      description: "Address to listen on.",
    }),
    port: setting(port(), {
      env: "EDDY_QDRANT_PORT",
      flag: "--port <port>",
      default: "6333",
      description: "Port to listen on; 0 = any free one.",
    }),
    apiKey: setting(z.string().min(1).optional(), {
      env: "QDRANT_API_KEY",
      secret: true,
      description: "Key that every request must bring.",
    }),
    readOnlyApiKey: setting(z.string().min(1).optional(), {
      env: "QDRANT_READ_ONLY_API_KEY",
      secret: true,
      description: "Another key, which may look but not change anything.",
    }),
    ...serverSettings,
    storageSnapshot: setting(z.string().min(1).optional(), {
      env: "EDDY_QDRANT_STORAGE_SNAPSHOT",
      flag: "--storage-snapshot <file>",
      description:
        "A snapshot of a whole storage (`POST /snapshots`) to start from; the folder must have no collection yet.",
    }),
  },
  examples: ["eddy qdrant --dir vectors --port 6333", "QDRANT_URL=http://127.0.0.1:6333 eddy up"],
  async run({ terminal, options }) {
    // Loaded here, so that no other command waits for it.
    const { createQdrantServer } = await import("@eddy/vectors/server/server");
    const { dir, storageSnapshot, host, insecure, apiKey, readOnlyApiKey } = options;
    const keyed = (apiKey ?? readOnlyApiKey) !== undefined;
    refuseExposure({
      host,
      setting: "EDDY_QDRANT_HOST",
      keyed,
      insecure,
      remedy: "have them bring a key (QDRANT_API_KEY)",
    });
    const [{ openTls }, { createLogger }] = await Promise.all([
      import("@eddy/runtime/tls-files"),
      import("@eddy/runtime/logger"),
    ]);
    const tls = openTls(options, createLogger({ service: "qdrant", fd: 2 }));
    if (storageSnapshot !== undefined) {
      const { recoverStorage } = await import("@eddy/vectors/engine/recover-storage");
      const names = await recoverStorage(dir, storageSnapshot);
      terminal.note(`from ${storageSnapshot}: ${names.join(", ")}\n`);
    }
    const onFault = (error: unknown) => terminal.note(`eddy: a fault in the server: ${(error as Error).message}\n`);
    const server = await createQdrantServer({ ...options, tls, setting: "EDDY_QDRANT_PORT or --port", onFault });
    terminal.note(`Qdrant's REST at ${server.url}, folder ${options.dir} (Ctrl-C stops it)\n`);
    const stopped = terminal.interrupted();
    if (!stopped.aborted) await once(stopped, "abort");
    await server.close();
    tls?.close();
    return undefined;
  },
});
