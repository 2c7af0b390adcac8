import { once } from "node:events";
import { setting } from "@eddy/runtime/config";
import { port } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { defineCommand } from "../command.ts";

export const qdrant = defineCommand({
  name: "qdrant",
  group: "Run:",
  summary: "run the embedded Qdrant server by itself",
  description: `Runs the embedded vector store as a server of its own. It speaks the part of Qdrant's REST API that Eddy and its queries need:
exact search, one process a folder. Ctrl-C stops it.`,
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
  },
  examples: ["eddy qdrant --dir vectors --port 6333", "QDRANT_URL=http://127.0.0.1:6333 eddy up"],
  async run({ terminal, options }) {
    // Loaded here, so that no other command waits for it.
    const { createQdrantServer } = await import("@eddy/vectors/server/server");
    const onFault = (error: unknown) => terminal.note(`eddy: a fault in the server: ${(error as Error).message}\n`);
    const server = await createQdrantServer({ ...options, setting: "EDDY_QDRANT_PORT or --port", onFault });
    terminal.note(`Qdrant's REST at ${server.url}, folder ${options.dir} (Ctrl-C stops it)\n`);
    const stopped = terminal.interrupted();
    if (!stopped.aborted) await once(stopped, "abort");
    await server.close();
    return undefined;
  },
});
