import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QdrantClient } from "@qdrant/js-client-rest";
import { describe, it } from "vitest";
import { describeVectorStore } from "./conformance.ts";
import { type AliasPeer, describeAliases } from "./conformance-aliases.ts";
import { openEngine } from "./engine/engine.ts";
import { createInProcessApi } from "./in-process.ts";
import { createQdrantStore } from "./qdrant.ts";
import { createRestApi } from "./rest-client.ts";
import { createQdrantServer } from "./server/server.ts";

const folder = () => mkdtempSync(join(tmpdir(), "eddy-vectors-"));

async function inProcess() {
  const dir = folder();
  const engine = openEngine({ dir });
  return {
    api: createInProcessApi(engine),
    async stop() {
      await engine.close();
      rmSync(dir, { recursive: true });
    },
  };
}

async function byRest() {
  const dir = folder();
  const server = await createQdrantServer({ dir, port: 0 });
  return {
    api: createRestApi({ url: server.url }),
    async stop() {
      await server.close();
      rmSync(dir, { recursive: true });
    },
  };
}

const suite = (name: string, connect: () => Promise<AliasPeer>) => {
  describeVectorStore(name, async () => {
    const { api, stop } = await connect();
    return { store: (collection) => createQdrantStore(api, collection), stop };
  });
  describeAliases(name, connect);
};

suite("embedded, in process", inProcess);
suite("embedded, by REST", byRest);

const url = process.env.QDRANT_URL;
if (url) {
  suite(`Qdrant at ${url}`, async () => ({
    api: createRestApi({ url, apiKey: process.env.QDRANT_API_KEY }),
    async stop(collections) {
      const client = new QdrantClient({ url, apiKey: process.env.QDRANT_API_KEY, checkCompatibility: false });
      for (const name of collections) await client.deleteCollection(name);
    },
  }));
} else {
  describe("vector store: a real Qdrant", () => {
    it.skip("skipped: QDRANT_URL is not set", () => undefined);
  });
}
