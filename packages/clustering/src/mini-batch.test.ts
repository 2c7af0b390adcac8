import { expect, test } from "vitest";
import { lastOfEach, makeDelta } from "./mini-batch.ts";

const item = (source: number, documentId: string, values: readonly number[] | null) => ({
  source,
  documentId,
  vector: values && Float32Array.from(values),
});
const range = { partition: 2, from: 9, done: 4, assignedWith: 7 };

test("by hand: the last of each document counts, less what was there", () => {
  const items = [
    item(10, "new", [1, 0]),
    item(12, "edited twice", [9, 9]),
    item(13, "deleted", null),
    item(15, "edited twice", [2, 2]),
    item(16, "made and deleted", [5, 5]),
    item(20, "made and deleted", null),
  ];
  const shares = new Map([
    ["edited twice", { cluster: 3, vector: Float32Array.of(4, 0), left: 0.5 }],
    ["deleted", { cluster: 1, vector: Float32Array.of(0, 3), left: 1 }],
    ["not in the batch", { cluster: 8, vector: Float32Array.of(1, 1), left: 1 }],
  ]);
  expect(makeDelta(range, items, (index) => (index === 0 ? 1 : 3), shares)).toEqual({
    type: "delta",
    ...range,
    to: 20,
    sources: [1, 3, 4, 6, 7, 11],
    clusters: [1, 0, 0, 3, 0, 0],
    touched: [
      { cluster: 1, added: 1, removed: 1, sum: Float32Array.of(1, -3), sumSquares: 1 - 9, removedWeight: 1 },
      { cluster: 3, added: 1, removed: 1, sum: Float32Array.of(2 - 2, 2), sumSquares: 8 - 8, removedWeight: 0.5 },
    ],
  });
});

test("deletions of what was never there touch nothing", () => {
  const delta = makeDelta(range, [item(10, "a", null)], () => 1, new Map());
  expect([delta.clusters, delta.touched, delta.to]).toEqual([[0], [], 10]);
});

test("an id is a name, not a key of an object", () => {
  const items = ["__proto__", "constructor", "__proto__"].map((id, source) => item(source, id, [1, 1]));
  expect([...lastOfEach(items)]).toEqual([
    ["__proto__", 2],
    ["constructor", 1],
  ]);
});
