import { expect, it } from "vitest";
import { autoencoderNetwork } from "./autoencoder.ts";
import { autoencoderLayers, BOTTLENECK, layerTable, parameterCount } from "./layers.ts";
import { createNetwork } from "./network.ts";

/** Parameters of a dense layer: inputs × outputs + outputs, added up over the whole chain there and back. */
const derived = (sizes: readonly number[]) => {
  const chain = [...sizes, ...sizes.toReversed().slice(1)];
  return chain.slice(1).reduce((sum, units, at) => sum + (chain[at]! + 1) * units, 0);
};

// agnews-dec gives its formula and no sum. Issue 6 has 279,616: 128 too few, one bias of a layer of 128 left out; PyTorch
// counts as here.
it.each([
  [[384, 256, 128, 64], 279_744],
  [[500, 1024, 512, 256, 10], 2_343_934],
])("%j and back has %i parameters", (sizes, published) => {
  const table = layerTable(sizes[0]!, autoencoderLayers({ sizes }));
  expect(parameterCount(table)).toBe(published);
  expect(derived(sizes)).toBe(published);
  const tensors = autoencoderNetwork({ sizes }).parameters;
  expect(tensors.reduce((sum, { shape }) => sum + shape.reduce((all, side) => all * side), 0)).toBe(published);
});

it("the table is the published one of imdb-n2d", () => {
  const table = layerTable(500, autoencoderLayers({ sizes: [500, 1024, 512, 256, 10] }));
  expect(table.map(({ units, trainable }) => [units, trainable])).toEqual([
    [1024, 513_024],
    [512, 524_800],
    [256, 131_328],
    [10, 2_570],
    [256, 2_816],
    [512, 131_584],
    [1024, 525_312],
    [500, 512_500],
  ]);
  expect(table[3]!.name).toBe(BOTTLENECK);
});

it("batch normalisation adds a scale and a shift, and two running figures that are not trained", () => {
  const layers = autoencoderLayers({ sizes: [6, 4, 2], batchNorm: true });
  const table = layerTable(6, layers);
  expect(table.map(({ trainable, fixed }) => [trainable, fixed])).toEqual([
    [28 + 8, 8],
    [10, 0],
    [12 + 8, 8],
    [30, 0],
  ]);
  const { parameters, buffers } = createNetwork(6, layers);
  const size = (list: typeof parameters) => list.reduce((sum, { shape }) => sum + shape.reduce((all, n) => all * n), 0);
  expect([size(parameters), size(buffers)]).toEqual([parameterCount(table), 16]);
});

it("refuses a net without a code, a dropout of all, two layers of one name", () => {
  expect(() => autoencoderLayers({ sizes: [4] })).toThrow("an input and a code");
  expect(() => autoencoderLayers({ sizes: [4, 2], dropout: 1 })).toThrow("a share below 1");
  const layer = { name: "a", units: 2, activation: "relu" } as const;
  expect(() => createNetwork(2, [layer, layer])).toThrow("one name");
});
