import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QdrantClient } from "@qdrant/js-client-rest";
import { describe, it } from "vitest";
import { describeVectorStore } from "./conformance.ts";
import { openEngine } from "./engine/engine.ts";
import { createInProcessApi } from "./in-process.ts";
import { createQdrantStore } from "./qdrant.ts";
import { createRestApi } from "./rest-client.ts";
import { createQdrantServer } from "./server/server.ts";

const folder = () => mkdtempSync(join(tmpdir(), "eddy-vectors-"));

describeVectorStore("embedded, in process", async () => {
  const dir = folder();
  const engine = openEngine({ dir });
  const api = createInProcessApi(engine);
  return {
    store: (name) => createQdrantStore(api, name),
    async stop() {
      await engine.close();
      rmSync(dir, { recursive: true });
    },
  };
});

describeVectorStore("embedded, by REST", async () => {
  const dir = folder();
  const server = await createQdrantServer({ dir, port: 0 });
  const api = createRestApi({ url: server.url });
  return {
    store: (name) => createQdrantStore(api, name),
    async stop() {
      await server.close();
      rmSync(dir, { recursive: true });
    },
  };
});

const url = process.env.QDRANT_URL;
if (url) {
  describeVectorStore(`Qdrant at ${url}`, async () => {
    const api = createRestApi({ url, apiKey: process.env.QDRANT_API_KEY });
    return {
      store: (name) => createQdrantStore(api, name),
      async stop(collections) {
        const client = new QdrantClient({ url, apiKey: process.env.QDRANT_API_KEY, checkCompatibility: false });
        for (const name of collections) await client.deleteCollection(name);
      },
    };
  });
} else {
  describe("vector store: a real Qdrant", () => {
    it.skip("skipped: QDRANT_URL is not set", () => undefined);
  });
}
