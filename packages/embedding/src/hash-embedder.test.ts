import { expect, it } from "vitest";
import { describeEmbedder, dot } from "./conformance.ts";
import { createHashEmbedder } from "./hash-embedder.ts";

describeEmbedder({ name: "hash", create: async () => createHashEmbedder(), batchCosine: 0.999999 });

it("puts texts with words in common near each other", async () => {
  const embedder = createHashEmbedder();
  const [probe, near, far] = await embedder.embed([
    "The orbiter entered space above the planet",
    "the ORBITER left the planet for space",
    "Central banks raised interest rates again",
  ]);
  expect(dot(probe!.vector, near!.vector)).toBeGreaterThan(0.6);
  expect(Math.abs(dot(probe!.vector, far!.vector))).toBeLessThan(0.3);
});

it("keeps its vectors from version to version", async () => {
  const [result] = await createHashEmbedder({ dimensions: 8 }).embed(["orbiter planet"]);
  expect([...result!.vector].map((value) => Number(value.toFixed(6)))).toMatchInlineSnapshot(`
    [
      0.486664,
      0.162221,
      -0.486664,
      -0.162221,
      0.162221,
      -0.648886,
      0,
      0.162221,
    ]
  `);
});

it("says that it goes by words alone", () => {
  expect(createHashEmbedder({ dimensions: 64 }).info).toMatchObject({ model: "hash", dimensions: 64, device: "cpu" });
});
