import { expect, it } from "vitest";
import { createRunningMeans } from "./running-means.ts";

it("is the plain mean of the first documents", () => {
  const means = createRunningMeans(() => "spherical");
  means.add(0.2, 0.2);
  means.add(0.4, 0.4);
  expect(means.now.distance).toBeCloseTo(0.3);
  expect(means.now.inertia).toBeCloseTo(0.6);
  expect(means.now.margin).toBeCloseTo(0.3);
  expect(means.now.silhouette).toBeCloseTo(0.5);
});

it("squares Euclidean distances, and takes a point on its centre", () => {
  const means = createRunningMeans(() => "euclidean");
  means.add(3, 0);
  means.add(0, 0);
  expect(means.now.inertia).toBeCloseTo(4.5);
  expect(means.now.silhouette).toBe(0);
});

it("forgets what was long ago", () => {
  const means = createRunningMeans(() => "spherical");
  for (let i = 0; i < 1_000; i++) means.add(1, 0);
  for (let i = 0; i < 10_000; i++) means.add(0.1, 0);
  expect(means.now.distance).toBeCloseTo(0.1, 3);
});
