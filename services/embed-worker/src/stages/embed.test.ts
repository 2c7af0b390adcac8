import { decodeEmbedding, encodeEmbedding } from "@eddy/contracts/embedding";
import { floatsToBase64 } from "@eddy/contracts/vector-bytes";
import type { Embedder } from "@eddy/embedding/port";
import { expect, it } from "vitest";
import { createEmbedStage } from "./embed.ts";

const asked: string[][] = [];
const embedder = {
  info: { model: "m", revision: "r", dimensions: 2, dtype: "fp32", device: "cpu", maxTokens: 9, pooling: "mean" },
  async embed(texts: readonly string[]) {
    asked.push([...texts]);
    return texts.map((text) => ({
      vector: Float32Array.of(text.includes("NaN") ? Number.NaN : text.length, 0),
      tokens: text.length,
      truncated: text.length > 9,
    }));
  },
  close: async () => {},
} as unknown as Embedder;

const accepted = { format: 1, document_id: "d", revision: "0:1", received_at: "2026-01-02T03:04:05.000Z" };
const { signal } = new AbortController();
function run(
  texts: readonly (object | null)[],
  metric: "spherical" | "euclidean" = "spherical",
  headers: Record<string, string> = {},
) {
  const batch = texts.map((text, offset) => ({
    partition: 0,
    record: {
      key: Buffer.from("d"),
      value: text && Buffer.from(JSON.stringify({ ...accepted, ...text })),
      headers,
      offset,
      timestampMs: 0,
    },
  }));
  return createEmbedStage(embedder, metric)(batch, { signal });
}

it("embeds what needs it in one call, in order: the title goes before the text unless the text begins with it", async () => {
  asked.length = 0;
  const outcomes = await run([
    { text: "plain" },
    null,
    { text: "ready", vector: floatsToBase64(Float32Array.of(3, 4)) },
    { text: "body", title: "Title" },
    { text: "Title: body", title: "Title" },
  ]);
  expect(asked).toEqual([["plain", "Title\nbody", "Title: body"]]);
  const embeddings = outcomes.map((outcome) => (outcome.kind === "ok" ? outcome.output.embedding : outcome));
  expect(embeddings[0]).toMatchObject({ model: "m", modelRevision: "r", tokens: 5, truncated: false });
  expect(embeddings[1]).toBeNull();
  expect(embeddings[2]).toMatchObject({ model: "ready", vector: Float32Array.of(0.6, 0.8) });
  expect(embeddings[3]).toMatchObject({ vector: Float32Array.of(10, 0), truncated: true });
});

it("leaves ready vectors as they are when Euclidean, and asks the model nothing", async () => {
  asked.length = 0;
  const [outcome] = await run([{ text: "ready", vector: floatsToBase64(Float32Array.of(3, 4)) }], "euclidean");
  expect(outcome).toMatchObject({ kind: "ok", output: { embedding: { vector: Float32Array.of(3, 4) } } });
  expect(asked).toEqual([]);
});

it("refuses a vector that is not finite, which would stop the model, and lets the others pass", async () => {
  const outcomes = await run([{ text: "NaN" }, { text: "fine" }]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["deadLetter", "ok"]);
  expect(outcomes[0]).toMatchObject({ reject: { code: "INVALID_VECTOR" } });
});

it("stops at a text of an unknown format", async () => {
  await expect(run([{ format: 2, text: "x" }])).rejects.toMatchObject({ code: "FORMAT_UNKNOWN" });
});

it("what it gives survives the wire, half characters in a label too", async () => {
  const [outcome] = await run([{ text: "x", label: "\ud800", metadata: { deep: [1, { a: null }] } }]);
  if (outcome?.kind !== "ok") throw new Error("not ok");
  const decoded = decodeEmbedding(encodeEmbedding(outcome.output.embedding!));
  expect(decoded.document).toMatchObject({ document_id: "d", label: "\ufffd", metadata: { deep: [1, { a: null }] } });
});

it("takes the vector of a replayed document where the model is its own, else embeds it anew", async () => {
  const headers = (model: object) => ({
    "eddy-replayed": JSON.stringify({ revision: "old/0:1", received_at: accepted.received_at, ...model }),
  });
  const embed = async (model: object) => {
    asked.length = 0;
    const [outcome] = await run(
      [{ text: "text", vector: floatsToBase64(Float32Array.of(3, 4)) }],
      "spherical",
      headers(model),
    );
    return outcome?.kind === "ok" ? outcome.output.embedding : outcome;
  };
  const brought = { vector: Float32Array.of(0.6, 0.8) };
  expect(await embed({ model: "m", model_revision: "r", truncated: true })).toMatchObject({
    ...brought,
    ...{ model: "m", modelRevision: "r", truncated: true },
  });
  expect(await embed({}), "it came with the document").toMatchObject({ ...brought, model: "ready" });
  expect(asked).toEqual([]);
  for (const other of [
    { model: "m", model_revision: "older" },
    { model: "other", model_revision: "r" },
  ]) {
    expect(await embed(other)).toMatchObject({ vector: Float32Array.of(4, 0), model: "m", modelRevision: "r" });
    expect(asked).toEqual([["text"]]);
  }
});
