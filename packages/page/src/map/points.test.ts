import type { DocumentMap } from "@eddy/contracts/api/map";
import { describe, expect, it } from "vitest";
import { clusterOf, mergePoints, noPoints } from "./points.ts";

type Point = readonly [id: string, x: number, y: number, cluster: string];

function answer(points: readonly Point[], rest: Partial<DocumentMap> = {}): DocumentMap {
  const clusters = [...new Set(points.map(([, , , cluster]) => cluster))];
  return {
    layout: { id: "one", method: "pca", fitted_on: 3, made_at: "2026-11-23T10:00:00Z" },
    revision: 1,
    full: true,
    documents: points.length,
    shown: points.length,
    clusters,
    points: {
      id: points.map(([id]) => id),
      x: points.map(([, x]) => x),
      y: points.map(([, , y]) => y),
      cluster: points.map(([, , , cluster]) => clusters.indexOf(cluster)),
      title: points.map(([id]) => `title of ${id}`),
    },
    removed: [],
    ...rest,
  };
}

const start: readonly Point[] = [
  ["a", 0.5, 0.25, "c1"],
  ["b", -0.5, 0, "c2"],
  ["c", 0, 1, "c1"],
];
const first = mergePoints(noPoints, answer(start), 100);

const seen = (points: typeof first) =>
  points.ids.map((id, row) => [id, points.x[row], points.y[row], clusterOf(points, row)]);

describe("the points of the map", () => {
  it("are there with the first answer, and none of them glows", () => {
    expect(seen(first)).toEqual(start);
    expect([...first.bornAt]).toEqual([0, 0, 0]);
    expect(first.titles[1]).toBe("title of b");
    expect(first.row.get("c")).toBe(2);
  });

  it("stay the same object without news", () => {
    expect(mergePoints(first, answer([], { full: false }), 200)).toBe(first);
  });

  it("grow without a jump: who was there keeps row and place, who comes is born now", () => {
    const grown = mergePoints(first, answer([["d", 1, -1, "c3"]], { full: false }), 200);
    expect(seen(grown)).toEqual([...start, ["d", 1, -1, "c3"]]);
    expect([...grown.bornAt]).toEqual([0, 0, 0, 200]);
    const later = mergePoints(grown, answer([["e", 0, 0, "c1"]], { full: false }), 300);
    expect([...later.bornAt]).toEqual([0, 0, 0, 200, 300]);
  });

  it("change their cluster without being born again, though the answer counts clusters from 0 anew", () => {
    const moved = mergePoints(first, answer([["a", 0.5, 0.25, "c2"]], { full: false }), 200);
    expect(seen(moved)[0]).toEqual(["a", 0.5, 0.25, "c2"]);
    expect(seen(moved)[1]).toEqual(["b", -0.5, 0, "c2"]);
    expect([...moved.bornAt]).toEqual([0, 0, 0]);
  });

  it("go when they are removed; the others close up", () => {
    const less = mergePoints(first, answer([], { full: false, removed: ["a", "nobody"] }), 200);
    expect(seen(less)).toEqual(start.slice(1));
    expect(less.row.get("c")).toBe(1);
    expect(less.row.has("a")).toBe(false);
  });

  it("come back after a removal in the same answer", () => {
    const back = mergePoints(first, answer([["a", 0, 0, "c1"]], { full: false, removed: ["a"] }), 200);
    expect(back.ids).toEqual(["b", "c", "a"]);
  });

  it("are those of a full answer only, and whoever is new in the layout that is there glows", () => {
    const full = mergePoints(first, answer([start[1]!, ["z", 0, 0, "c9"]]), 200);
    expect(seen(full)).toEqual([start[1], ["z", 0, 0, "c9"]]);
    expect([...full.bornAt]).toEqual([0, 200]);
  });

  it("all move with a new layout, and none of them glows", () => {
    const layout = { id: "two", method: "umap", fitted_on: 4, made_at: "2026-11-23T10:01:00Z" } as const;
    const anew = mergePoints(first, answer([...start, ["d", 0, 0, "c1"]], { layout }), 200);
    expect(anew.layout).toBe("two");
    expect([...anew.bornAt]).toEqual([0, 0, 0, 0]);
  });

  it("are none while there is no layout", () => {
    expect(mergePoints(noPoints, answer([], { layout: null }), 100)).toBe(noPoints);
    expect(mergePoints(first, answer([], { layout: null }), 100)).toBe(noPoints);
  });
});
