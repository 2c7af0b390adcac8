import { commands } from "@eddy/cli/commands";
import { expect, it } from "vitest";
import { commandFaults, mentionFaults } from "./command-faults.ts";

it.each([
  'npx eddy publish news.jsonl --wait\ntail -f app.log | npx eddy publish - # and "so on"',
  'eddy repair --apply --skip --reason "disk of broker 2 was lost"',
  "EDDY_DEVICE=webgpu EDDY_DTYPE=fp32 eddy up            # or: eddy run embed-worker",
  "export KAFKA_BROKERS=kafka-1:9092,kafka-2:9092 QDRANT_URL=http://qdrant:6333",
  'until npx eddy status | grep -q "none"; do sleep 1; done',
  "docker compose -f deploy/compose.yaml up --build",
  "npx eddy --help",
])("finds nothing wrong with %s", async (text) => {
  expect(await commandFaults(text)).toEqual([]);
});

it.each([
  ["npx eddy publis news.jsonl", /unknown command/],
  ["npx eddy publish news.jsonl --wiat", /unknown option '--wiat'/],
  ["npx eddy classify a | eddy show", /missing required argument/],
  ["npx eddy publish a --limit", /argument missing/],
  ["EDDY_DEVCE=cpu eddy up", /EDDY_DEVCE is no setting/],
  ["EDDY_DEVICE=tpu eddy up", /EDDY_DEVICE can't be tpu/],
  ["cat docs/nowhere.md", /docs\/nowhere\.md/],
])("finds what is wrong with %s", async (text, fault) => {
  expect((await commandFaults(text)).join()).toMatch(fault);
});

it.each(commands)("finds nothing wrong with the examples of eddy $name", async ({ examples }) => {
  expect(await commandFaults(examples.join("\n"))).toEqual([]);
});

it("finds what prose names wrongly", async () => {
  expect(await mentionFaults("`eddy up --port`, `npx eddy show`, `EDDY_HOME`, `eddy …`")).toEqual([]);
  const faults = await mentionFaults("`eddy up --prot 1` with `EDDY_HOUSE=a`");
  expect(faults).toEqual([expect.stringContaining("unknown option '--prot'"), "EDDY_HOUSE is no setting"]);
});
