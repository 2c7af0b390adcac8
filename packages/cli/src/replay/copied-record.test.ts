import { createEmbedStage } from "@eddy/embed-worker/stages/embed";
import type { Embedder } from "@eddy/embedding/port";
import { createCheckStage } from "@eddy/ingest/stages/check";
import type { StoredRecord } from "@eddy/streams/port";
import type { StoredPoint } from "@eddy/vectors/port";
import { describe, expect, it } from "vitest";
import { type CopiedRecord, copyOfPoint, copyOfRecord } from "./copied-record.ts";

const { signal } = new AbortController();
const limits = { maxBytes: 10_000, dimensions: 2 };
const at = "2020-01-02T03:04:05.678Z";

/** What the new pipeline makes of a copy: through its own ingest and embed-worker. */
async function made(copy: CopiedRecord, model = "m") {
  const record: StoredRecord = { ...copy.record, offset: 99, timestampMs: 0 };
  const [checked] = await createCheckStage(limits)([{ partition: 7, record }], { signal });
  if (checked?.kind !== "ok") return checked;
  const { documentId, accepted } = checked.output;
  const text = { ...record, key: Buffer.from(documentId), value: accepted && Buffer.from(JSON.stringify(accepted)) };
  const embedder = {
    info: { model, revision: "r", dimensions: 2 },
    embed: async (texts: readonly string[]) =>
      texts.map(() => ({ vector: Float32Array.of(0, 1), tokens: 1, truncated: false })),
  } as unknown as Embedder;
  const [embedded] = await createEmbedStage(embedder, "spherical")([{ partition: 7, record: text }], { signal });
  return embedded?.kind === "ok" ? embedded.output.embedding : embedded;
}

const point = (more: object = {}): StoredPoint => ({
  vector: Float32Array.of(0.6, 0.8),
  payload: {
    ...{ document_id: "d", text: "1 &lt; 2", title: "T", source: "s", label: "l", metadata: { n: [1] } },
    ...{ published_at: at, revision: "1:17", received_at: at, cluster_id: "c1", distance: 0, margin: 0 },
    ...{ version: 9, assigned_with: 9, assigned_at: at, model: "m", model_revision: "r", truncated: true, ...more },
  },
});

describe("a point", () => {
  const document = {
    ...{ document_id: "d", text: "1 &lt; 2", title: "T", source: "s", label: "l", metadata: { n: [1] } },
    ...{ published_at: at, revision: "old/1:17", received_at: at },
  };

  it("comes through as it was, with its vector where the model is the same", async () => {
    const vector = Float32Array.of(0.6, 0.8);
    expect(await made(copyOfPoint(point(), "old", 3, false))).toEqual({
      ...{ document, vector, model: "m", modelRevision: "r", truncated: true, tokens: 0 },
    });
  });

  it("is embedded anew where the model is another, or it is asked for", async () => {
    const anew = { document, vector: Float32Array.of(0, 1), truncated: false };
    expect(await made(copyOfPoint(point(), "old", 3, false), "other")).toMatchObject({ ...anew, model: "other" });
    expect(await made(copyOfPoint(point(), "old", 3, true))).toMatchObject({ ...anew, model: "m" });
  });

  it("keeps a vector that it came with in the first place", async () => {
    const ready = point({ model: "ready", model_revision: "", truncated: undefined });
    for (const anew of [false, true])
      expect(await made(copyOfPoint(ready, "old", 3, anew), "other")).toMatchObject({
        ...{ model: "ready", vector: Float32Array.of(0.6, 0.8) },
      });
  });

  it("that was replayed before keeps its first revision", () => {
    expect(copyOfPoint(point({ revision: "older/3:4" }), "old", 3, false).revision).toBe("older/3:4");
  });
});

describe("a record", () => {
  const stored = (key: string | null, value: string | null, headers = {}): StoredRecord => ({
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers,
    offset: 17,
    timestampMs: Date.parse(at),
  });
  const copy = (...record: Parameters<typeof stored>) => copyOfRecord(stored(...record), 1, "old", 3);

  it("keeps key, value and headers; its document keeps revision and date", async () => {
    const event = copy(null, "words", { ce_specversion: "1.0", ce_subject: "x", traceparent: "t" });
    expect(event.record).toMatchObject({
      key: null,
      value: Buffer.from("words"),
      headers: { ce_subject: "x", traceparent: "t" },
    });
    expect(await made(event)).toMatchObject({
      document: { document_id: "x", text: "words", revision: "old/1:17", received_at: at },
    });
  });

  it("without an id has the one of its place in the old log, wherever it is written", async () => {
    expect(await made(copy(null, "words"))).toMatchObject({ document: { document_id: "document-1-17" } });
  });

  it("of one document goes to one partition, however its id is said", () => {
    const places = [copy("x", "words"), copy("other", '{"id":"x","text":"t"}'), copy("x", null)].map(
      ({ partition }) => partition,
    );
    expect(new Set(places).size).toBe(1);
  });

  it("that is refused is copied as well", async () => {
    expect(await made(copy("k", "{"))).toMatchObject({ kind: "deadLetter", reject: { code: "INVALID_JSON" } });
    expect(await made(copy(null, null))).toMatchObject({ reject: { code: "INVALID_ID" } });
  });

  it("that deletes one revision names it as the new pipeline knows it", () => {
    const condition = (revision: string) =>
      copy("x", null, { "eddy-only-revision": revision }).record.headers["eddy-only-revision"];
    expect([condition("0:1"), condition("older/0:1")]).toEqual(["old/0:1", "older/0:1"]);
  });

  it("that was a copy itself stays of its first pipeline", async () => {
    const twice = copyOfRecord({ ...copy("x", "t").record, offset: 3, timestampMs: 0 }, 0, "newer", 3);
    expect(await made(twice)).toMatchObject({ document: { revision: "old/1:17", received_at: at } });
  });
});
