import { describe, expect, it } from "vitest";
import { createMapPoints } from "./map-points.ts";

const point = (documentId: string, clusterId = "c1", x = 0.123456) => ({
  documentId,
  version: 1,
  x,
  y: -x,
  clusterId,
  title: `title of ${documentId}`,
});

describe("createMapPoints", () => {
  it("gives the whole map first, then what changed", () => {
    const points = createMapPoints(100);
    points.put(point("a"));
    points.put(point("b", "c7"));
    const whole = points.changes(undefined);
    expect(whole).toMatchObject({ full: true, clusters: ["c1", "c7"], removed: [] });
    expect(whole.points).toEqual({
      id: ["a", "b"],
      x: [0.1235, 0.1235],
      y: [-0.1235, -0.1235],
      cluster: [0, 1],
      title: ["title of a", "title of b"],
    });
    expect(points.changes(whole.revision)).toMatchObject({ full: false, points: { id: [] }, removed: [] });
    points.put(point("b", "c2"));
    points.remove("a");
    points.remove("unknown");
    const changes = points.changes(whole.revision);
    expect(changes).toMatchObject({ full: false, clusters: ["c2"], points: { id: ["b"] }, removed: ["a"] });
    expect(points.changes(changes.revision)).toMatchObject({ points: { id: [] }, removed: [] });
  });

  it("gives all to who comes from another process, or from before all was laid out anew", () => {
    const points = createMapPoints(100);
    points.put(point("a"));
    expect(points.changes(99).full).toBe(true);
    expect(points.changes(5_000).full).toBe(true);
    const { revision } = points.changes(undefined);
    points.clear();
    points.put(point("b"));
    expect(points.changes(revision)).toMatchObject({ full: true, points: { id: ["b"] } });
  });

  it("gives all to who missed more removals than are remembered", () => {
    const points = createMapPoints(0);
    const start = points.changes(undefined).revision;
    for (let i = 0; i < 10_002; i++) {
      points.put(point(String(i)));
      points.remove(String(i));
    }
    expect(points.changes(start).full).toBe(true);
  });
});
