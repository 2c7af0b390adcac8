import { createMetrics } from "@eddy/runtime/metrics";
import { expect, it } from "vitest";
import { createEmbedderObserver, meterEmbedder } from "./embedder-metrics.ts";
import { createHashEmbedder } from "./hash-embedder.ts";

async function samples(metrics: { text(): Promise<string> }): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

it("counts texts, tokens and padding, and tells a batch's wait from its run", async () => {
  const metrics = createMetrics({ processMetrics: false });
  const observer = createEmbedderObserver(metrics);
  observer.tokenised(3, 1, 0.01);
  observer.inferred({ rows: 2, tokens: 10, padded: 16, queue: 0.3, infer: 0.04 });
  observer.inferred({ rows: 1, tokens: 7, padded: 7, queue: 0, infer: 0.02 });
  const lines = await samples(metrics);
  for (const line of [
    "eddy_embedded_texts_total 3",
    "eddy_embedded_texts_truncated_total 1",
    'eddy_embedder_tokens_total{kind="read"} 17',
    'eddy_embedder_tokens_total{kind="padding"} 6',
    "eddy_embedder_batch_texts_sum 3",
    'eddy_phase_seconds_sum{service="embedder",phase="infer"} 0.06',
    'eddy_phase_seconds_sum{service="embedder",phase="queue"} 0.3',
  ])
    expect(lines).toContain(line);
});

it("is told by the embedder of its batches", async () => {
  const metrics = createMetrics({ processMetrics: false });
  const embedder = createHashEmbedder({ observer: createEmbedderObserver(metrics) });
  await embedder.embed(["one two", "three"]);
  expect(await samples(metrics)).toContain('eddy_embedder_tokens_total{kind="read"} 3');
  expect(await samples(metrics)).toContain("eddy_embedder_batch_texts_sum 2");
});

it("says which device was asked for and which one is used", async () => {
  const metrics = createMetrics({ processMetrics: false });
  meterEmbedder(metrics, createHashEmbedder().info, "auto");
  expect(await samples(metrics)).toContain(
    'eddy_embedder_info{model="hash",revision="hash-1-384",dtype="fp32",asked="auto",device="cpu"} 1',
  );
});
