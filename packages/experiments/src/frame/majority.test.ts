import { expect, it } from "vitest";
import { clusterNames, confusedPairs, majorityLabels } from "./majority.ts";

const labels = ["a", "a", "a", "b", "b", "c", "c", "c"];
const clusters = [0, 0, 1, 1, 1, 0, 3, 3];

it("names clusters by their most frequent label; an empty one has none", () => {
  expect(majorityLabels(labels, clusters, 4)).toEqual(["a", "b", "", "c"]);
  expect(majorityLabels(["b", "a"], [0, 0], 1)).toEqual(["a"]);
  expect(clusterNames(["a", ""])).toEqual(["0 · a", "1 · empty"]);
});

it("counts what is taken for each other, both ways", () => {
  expect(confusedPairs(labels, clusters, 4)).toEqual([
    { labels: ["a", "b"], documents: 1 },
    { labels: ["a", "c"], documents: 1 },
    { labels: ["b", "c"], documents: 0 },
  ]);
  expect(confusedPairs(["a", "a", "b", "b", "a", "b"], [0, 0, 1, 1, 1, 0], 2)).toEqual([
    { labels: ["a", "b"], documents: 2 },
  ]);
});
