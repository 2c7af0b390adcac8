import { expect, it } from "vitest";
import { type DeepSettings, deepClusters } from "./deep-clusters.ts";
import { createFakeRun, groupedTexts } from "./grouped-fixture.ts";
import { judgedIn } from "./judged.ts";
import { scoresOf } from "./scores.ts";

const SEED = 4;
const { vectors, labels } = groupedTexts(120, 8, SEED);
const settings: DeepSettings = {
  ...{ method: "DEC", sizes: [32, 8], k: 4 },
  ...{ learningRate: 0.003, batchSize: 16, epochs: 20, clusteringEpochs: 3 },
};

it("finds the groups, and makes nothing twice", async () => {
  const run = createFakeRun();
  const found = await deepClusters(run, "the points", vectors, settings, 0);
  expect(scoresOf(labels, found.clusters).purity).toBeGreaterThan(0.95);
  expect([found.before.width, found.after.width, found.after.count]).toEqual([8, 8, 120]);
  expect([found.curve.length, found.kl.length, found.changed.length]).toEqual([20, 3, 3]);
  expect(found.collapse.collapsed).toBe(false);
  expect(run.steps).toEqual(["autoencoder of the points, seed 0", "DEC on the points, seed 0"]);
  expect(await deepClusters(run, "the points", vectors, settings, 0)).toEqual(found);
  expect(run.steps).toHaveLength(2);
});

it("shares the autoencoder between DEC and IDEC, and nothing between seeds or settings", async () => {
  const run = createFakeRun();
  const dec = await deepClusters(run, "the points", vectors, settings, 0);
  const idec = await deepClusters(run, "the points", vectors, { ...settings, method: "IDEC" }, 0);
  expect(run.steps).toHaveLength(3);
  expect(idec.before.values).toEqual(dec.before.values);
  expect(idec.after.values).not.toEqual(dec.after.values);
  await deepClusters(run, "the points", vectors, settings, 1);
  await deepClusters(run, "the points", vectors, { ...settings, dropout: 0.1 }, 0);
  expect(run.steps).toHaveLength(7);
});

it("draws the codes together: the silhouette grows", async () => {
  const run = createFakeRun();
  const { before, start, after, clusters } = await deepClusters(run, "the points", vectors, settings, 0);
  const [first, last] = [await judgedIn(run, before, start), await judgedIn(run, after, clusters)];
  expect(last.silhouette!).toBeGreaterThan(first.silhouette!);
});

it("stops", async () => {
  const stopped = new AbortController();
  stopped.abort(new Error("stopped"));
  const run = createFakeRun({}, stopped);
  await expect(deepClusters(run, "the points", vectors, settings, 0)).rejects.toThrow("stopped");
});
