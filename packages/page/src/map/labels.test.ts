import { expect, it } from "vitest";
import { labelsOf, withoutOverlap } from "./labels.ts";
import { noPoints } from "./points.ts";

it("a name stands over the midst of its cluster, whatever lies apart; the largest cluster comes first", () => {
  const labels = labelsOf({
    ...noPoints,
    x: Float32Array.of(5, 0.1, 0.2, 0.3, 0.4, -9),
    y: Float32Array.of(5, 1, 1, 1, 1, -9),
    cluster: Uint16Array.of(1, 0, 0, 0, 0, 0),
    clusters: ["c1", "c2"],
  });
  expect(labels.map(({ cluster, size }) => [cluster, size])).toEqual([
    ["c1", 5],
    ["c2", 1],
  ]);
  expect(labels[0]!.x).toBeCloseTo(0.2);
  expect(labels[0]!.y).toBeCloseTo(1);
});

it("of names that cover each other the first is shown", () => {
  const box = (left: number, top: number) => ({ left, top, width: 10, height: 4 });
  expect(withoutOverlap([box(0, 0), box(9, 3), box(10, 0), box(15, 3), box(0, 4)])).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});
