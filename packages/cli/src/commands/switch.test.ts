import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQdrantServer, type QdrantServer } from "@eddy/vectors/server/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeApi, sendJson, startFakeApi } from "../fake-api.ts";
import { createFakeTerminal } from "../fake-terminal.ts";
import { runEddy } from "../main.ts";

const dir = mkdtempSync(join(tmpdir(), "eddy-switch-"));
let qdrant: QdrantServer;
let api: FakeApi;
let status: object;

beforeAll(async () => {
  qdrant = await createQdrantServer({ dir: join(dir, "qdrant"), host: "127.0.0.1", port: 0 });
  for (const name of ["eddy", "eddy2"]) {
    const body = JSON.stringify({ vectors: { size: 2, distance: "Cosine" } });
    await fetch(`${qdrant.url}/collections/${name}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body,
    });
  }
  api = await startFakeApi((_, response) => sendJson(response, 200, status));
});
afterAll(async () => {
  await api.close();
  await qdrant.close();
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  status = { pipeline: "eddy2", lag: { documents: 0, texts: 0, embeddings: 0 } };
});

async function eddy(...args: string[]) {
  const terminal = createFakeTerminal({ env: { EDDY_URL: api.url, QDRANT_URL: qdrant.url } });
  return { code: await runEddy(["switch", ...args], terminal), out: terminal.out, err: terminal.err };
}

async function aliases(): Promise<Record<string, string>> {
  const answer = (await (await fetch(`${qdrant.url}/aliases`)).json()) as {
    result: { aliases: { alias_name: string; collection_name: string }[] };
  };
  return Object.fromEntries(answer.result.aliases.map((alias) => [alias.alias_name, alias.collection_name]));
}

describe("eddy switch", () => {
  it("points an alias at the collection of a pipeline that has caught up, and says what was before", async () => {
    expect(await eddy("eddy", "--force")).toEqual({ code: 0, out: "live: nothing → eddy\n", err: "" });
    expect(await eddy("eddy2")).toEqual({ code: 0, out: "live: eddy → eddy2\n", err: "" });
    expect(await eddy("eddy2", "--alias", "news", "--json")).toMatchObject({
      out: '{"alias":"news","before":null,"after":"eddy2"}\n',
    });
    expect(await aliases()).toEqual({ live: "eddy2", news: "eddy2" });
  });

  it("refuses while more waits than may, and leaves the alias", async () => {
    await eddy("eddy", "--force");
    status = { pipeline: "eddy2", lag: { documents: 900, texts: 0, embeddings: 101 } };
    const refused = await eddy("eddy2");
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("eddy2 has not caught up: 900 of documents, 101 of embeddings wait");
    expect(await aliases()).toMatchObject({ live: "eddy" });
    expect(await eddy("eddy2", "--max-lag", "1001")).toMatchObject({ code: 0 });
    await eddy("eddy", "--force");
    expect(await eddy("eddy2", "--force")).toMatchObject({ code: 0 });
  });

  it("refuses where it can't be known, and a collection that is not there", async () => {
    await eddy("eddy2", "--force");
    const other = await eddy("eddy");
    expect([other.code, other.err]).toEqual([2, expect.stringContaining(`not known: ${api.url} serves eddy2`)]);
    const gone = await eddy("eddy2", "--url", "http://127.0.0.1:1");
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining("give --force")]);
    const missing = await eddy("eddy3", "--force");
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("has no collection eddy3")]);
    expect(await aliases()).toMatchObject({ live: "eddy2" });
  });
});

describe("eddy replay", () => {
  it("says what is wrong before it touches anything", async () => {
    const replay = async (...args: string[]) => {
      const terminal = createFakeTerminal({ env: { EDDY_HOME: join(dir, "home") } });
      return { code: await runEddy(["replay", ...args], terminal), err: terminal.err };
    };
    for (const [args, message] of [
      [[], "EDDY_REPLAY_TO"],
      [["--to", "eddy"], "must name another pipeline"],
      [["--to", "eddy2", "--from", "yesterday"], "expected start, now, a time"],
      [["--to", "eddy2", "--follow"], "--follow needs a Kafka"],
      [["--to", "Eddy2"], "lower-case"],
    ] as const)
      expect(await replay(...args), message).toEqual({ code: 2, err: expect.stringContaining(message) });
    expect(await replay("--to", "eddy2")).toEqual({
      code: 6,
      err: expect.stringContaining("there is no topic eddy.documents.v1"),
    });
  });
});
