import { expect, it } from "vitest";
import { blindClusters, keywordTable, wordsOf } from "./keywords.ts";

const seen = [["young", "zombie"], ["zombie"], [], ["watch"], ["watch", "watch"], []];
const reviews = {
  texts: ["a young zombie", "zombie", "nothing", "watch it", "watch, watch", "nil"],
  labels: ["pos", "neg", "neg", "pos", "pos", "pos"],
};

it("tells each cluster's words from the others', and makes no pair of two parts", () => {
  const words = wordsOf([...seen, ...seen, ...seen], [0, 0, 0, 1, 1, -1, 0, 0, 0, 1, 1, -1, 0, 0, 0, 1, 1, -1]);
  expect(words.get(0)).toBe("zombie, young");
  expect(words.get(1)).toBe("watch");
});

it("has the largest cluster first, without noise, and how many reviews are positive or have no input", () => {
  const { rows } = keywordTable("clusters", reviews, [2, 2, 2, 0, 0, -1], seen);
  const cells = rows.map((row) => row.cells.slice(0, 4).map((cell) => (typeof cell === "object" ? cell?.mean : cell)));
  expect(cells).toEqual([
    ["2", 3, 1 / 3, 1 / 3],
    ["0", 2, 1, 0],
  ]);
  expect(rows[0]!.cells[4]).toMatch(/^zombie/);
});

it("knows a cluster that is one because nothing is seen of it", () => {
  expect(blindClusters(seen, Int32Array.from([0, 0, 1, 0, 0, 1]))).toEqual([2]);
  expect(blindClusters(seen, Int32Array.from([0, 0, 1, 1, 0, -1]))).toEqual([]);
});
