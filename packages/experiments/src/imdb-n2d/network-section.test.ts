import { parameterCount } from "@eddy/deep/layers";
import { expect, it } from "vitest";
import { summaryOf } from "./network-section.ts";
import { published } from "./published.ts";

it("has the layers of the printed summary, to the number", () => {
  const summary = summaryOf(500);
  expect(summary.map(({ units, trainable }) => ({ units, parameters: trainable }))).toEqual(published.layers);
  expect(parameterCount(summary)).toBe(published.parameters);
  expect(summary[3]!.name).toBe("bottleneck_layer");
});
