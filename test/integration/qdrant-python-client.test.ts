/** Qdrant's own client for Python, from PyPI, against the embedded server. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createQdrantServer } from "@eddy/vectors/server/server";
import { expect } from "vitest";
import { pythonEnvironment } from "../peers/python-environment.ts";
import { canRun, testThatNeeds } from "../support/needs.ts";

const HERE = fileURLToPath(new URL("../peers/qdrant-client/", import.meta.url));
const able = canRun("python3", "-c", "import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))");

testThatNeeds("Python 3.10 with venv and pip", able)(
  "a tour of what people do with it",
  { timeout: 400_000 },
  async () => {
    const python = await pythonEnvironment("qdrant-client", join(HERE, "requirements.txt"));
    const dir = mkdtempSync(join(tmpdir(), "eddy-python-client-"));
    const server = await createQdrantServer({ dir, port: 0, apiKey: "k" });
    try {
      const tour = promisify(execFile)(python, ["-B", join(HERE, "tour.py"), server.url], { timeout: 120_000 });
      expect((await tour).stdout).toBe("done\n");
    } finally {
      await server.close();
      rmSync(dir, { recursive: true });
    }
  },
);
