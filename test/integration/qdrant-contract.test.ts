/** The store and the embedded server, held against Qdrant's own engine, and against a real Qdrant where QDRANT_URL names one. */
import { describeVectorStore } from "@eddy/vectors/conformance";
import { createQdrantStore } from "@eddy/vectors/qdrant";
import { createRestApi } from "@eddy/vectors/rest-client";
import { afterAll, describe } from "vitest";
import { qdrantEngineMissing, startQdrantEngine } from "../peers/qdrant-engine.ts";

const missing = await qdrantEngineMissing();
const engine = missing === undefined ? await startQdrantEngine() : undefined;
afterAll(() => engine?.stop());

describe.skipIf(engine === undefined)("Qdrant's own engine", () => {
  describeVectorStore("Qdrant's engine", async () => {
    const api = createRestApi({ url: engine!.url });
    return { store: (collection) => createQdrantStore(api, collection), stop: async () => {} };
  });
});
