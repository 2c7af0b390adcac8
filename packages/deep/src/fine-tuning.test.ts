import { createFakeClock } from "@eddy/runtime/fake-clock";
import { beforeAll, describe, expect, it } from "vitest";
import { type Autoencoder, trainAutoencoder } from "./autoencoder.ts";
import { decodeFineTuning, encodeFineTuning } from "./checkpoint.ts";
import { trainDec } from "./dec.ts";
import { encodeRows } from "./encoder.ts";
import type { FineTuningOptions, FineTuningReport } from "./fine-tuning.ts";
import { trainIdec } from "./idec.ts";
import { BOTTLENECK } from "./layers.ts";
import { clusterManifold } from "./n2d.ts";
import { agreement, groupedPoints } from "./points-fixture.ts";
import { rowsOf } from "./rows.ts";

const WIDTH = 12;
const GROUPS = 3;
const values = groupedPoints({ count: 150, width: WIDTH, groups: GROUPS, noise: 0.5, seed: 1 });
const rows = rowsOf(values, WIDTH);
const shared = { batchSize: 16, adam: { learningRate: 0.01 }, seed: 5, threads: 1, clock: createFakeClock() };
let autoencoder: Autoencoder;
let options: FineTuningOptions;
beforeAll(async () => {
  autoencoder = await trainAutoencoder({ ...shared, rows, layout: { sizes: [WIDTH, 8, 4] }, epochs: 20 });
  options = { ...shared, rows, weights: autoencoder.weights, k: GROUPS, epochs: 5, stackSize: 4 };
});

describe.each([
  ["DEC", trainDec],
  ["IDEC", trainIdec],
])("%s", (_, train) => {
  it("finds the groups, and draws them together", async () => {
    const reports: FineTuningReport[] = [];
    const tuned = await train(autoencoder.network, { ...options, onEpoch: (report) => reports.push(report) });
    expect(agreement(tuned.start, GROUPS)).toBeGreaterThan(0.9);
    expect(agreement(tuned.clusters, GROUPS)).toBeGreaterThanOrEqual(agreement(tuned.start, GROUPS));
    expect(tuned.collapse.collapsed).toBe(false);
    const decision = (soft: Float32Array) => soft.reduce((sum, share) => sum + share ** 2, 0) / rows.count;
    expect(decision(tuned.soft)).toBeGreaterThan(0.5);
    expect(reports.map(({ progress }) => progress.epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(reports[0]!.changed).toBe(0);
    expect(tuned.weights[`${BOTTLENECK}/weights`]).not.toEqual(autoencoder.weights[`${BOTTLENECK}/weights`]);
    expect(tuned.centres).not.toEqual(reports[0]!.state.training.tensors.centres);
  });

  it("stopped and gone on from a state put away is never stopped", async () => {
    let bytes = new Uint8Array();
    const straight = await train(autoencoder.network, {
      ...options,
      onEpoch({ state }) {
        if (state.epoch === 2) bytes = Uint8Array.from(encodeFineTuning(state));
      },
    });
    const gone = await train(autoencoder.network, { ...options, state: decodeFineTuning(bytes) });
    expect(gone.weights).toEqual(straight.weights);
    expect([gone.clusters, gone.start]).toEqual([straight.clusters, straight.start]);
  });

  it("refuses a target of a batch alone, and more clusters than rows", async () => {
    await expect(train(autoencoder.network, { ...options, targetOver: "batch" })).rejects.toThrow("made of all points");
    await expect(train(autoencoder.network, { ...options, k: 151 })).rejects.toThrow("151 clusters of 150 rows");
  });
});

it("IDEC keeps the reconstruction that DEC gives up", async () => {
  const idec = await trainIdec(autoencoder.network, options);
  const dec = await trainDec(autoencoder.network, options);
  const error = async (weights: Readonly<Record<string, Float32Array>>) => {
    const outputs = await encodeRows(autoencoder.network, { ...autoencoder.weights, ...weights }, "output", rows);
    return outputs.reduce((sum, value, at) => sum + (value - values[at]!) ** 2, 0) / values.length;
  };
  expect(await error(idec.weights)).toBeLessThan((await error(dec.weights)) / 2);
});

it("N2D clusters what the projection gives, which sees the codes", async () => {
  const seen: number[] = [];
  const found = await clusterManifold(autoencoder.network, {
    rows,
    weights: autoencoder.weights,
    k: GROUPS,
    seed: 1,
    async project(codes, width) {
      seen.push(codes.length / width, width);
      // The groups on a line, but for the last one, which lies on the first.
      return { values: Float32Array.from({ length: 150 }, (_, row) => ((row % GROUPS) % 2) + row / 1e4), width: 1 };
    },
  });
  expect(seen).toEqual([150, 4]);
  expect(agreement(found.clusters, GROUPS)).toBeLessThan(0.9);
  expect(found.codes).toEqual(await encodeRows(autoencoder.network, autoencoder.weights, BOTTLENECK, rows));
});
