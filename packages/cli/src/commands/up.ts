import { defineCommand } from "../command.ts";
import { upSettings } from "../up/settings.ts";

export const up = defineCommand({
  name: "up",
  checksEnvironment: true,
  summary: "run everything on this machine",
  description:
    "Runs all of Eddy in one process, with nothing else installed: the log, the store (as a Qdrant server), the embedder, the workers and the HTTP API. Everything is kept in one folder; starting again goes on where it was.",
  settings: upSettings,
  examples: [
    "npx eddy up --demo",
    "npx eddy up --clusters 4 --home /data/eddy",
    "npx eddy up --embedder hash   # no model: clusters by words alone",
  ],
  async run({ terminal, options }) {
    // Only here is all of Eddy loaded: it takes a second, which no other command should wait for.
    const { runUp } = await import("../up/run.ts");
    return runUp(options, terminal);
  },
});
