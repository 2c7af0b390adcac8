import { describe, expect, it } from "vitest";
import { boundsOf, fitCamera, panBy, toMap, toScreen, zoomAt } from "./camera.ts";

const size = { width: 800, height: 400 };
const camera = { x: 0.2, y: -0.1, scale: 300 };

describe("the camera", () => {
  it("goes from the map to the screen and back", () => {
    const spot = { x: -0.3, y: 0.4 };
    const back = toMap(camera, size, toScreen(camera, size, spot));
    expect(back.x).toBeCloseTo(spot.x, 12);
    expect(back.y).toBeCloseTo(spot.y, 12);
  });

  it("has y upwards", () => {
    expect(toScreen(fitCamera(size), size, { x: 0, y: 1 }).y).toBeLessThan(size.height / 2);
  });

  it("shows all of what it is fitted to", () => {
    const bounds = { left: -3, right: 1, bottom: 0, top: 1 };
    const fitted = fitCamera(size, bounds);
    for (const spot of [
      { x: -3, y: 0 },
      { x: 1, y: 1 },
    ]) {
      const { x, y } = toScreen(fitted, size, spot);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(size.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(size.height);
    }
  });

  it("keeps what lies under the pointer where it is when it zooms", () => {
    const at = { x: 650, y: 90 };
    const held = toMap(camera, size, at);
    const nearer = zoomAt(camera, size, at, 1.7);
    expect(nearer.scale).toBeCloseTo(510);
    expect(toScreen(nearer, size, held).x).toBeCloseTo(at.x, 9);
    expect(toScreen(nearer, size, held).y).toBeCloseTo(at.y, 9);
  });

  it("moves what is seen with the pointer, and never off the map", () => {
    const before = toScreen(camera, size, { x: 0, y: 0 });
    const after = toScreen(panBy(camera, 30, -20), size, { x: 0, y: 0 });
    expect(after.x - before.x).toBeCloseTo(30);
    expect(after.y - before.y).toBeCloseTo(-20);
    expect(Math.abs(panBy(camera, 1e9, 0).x)).toBeLessThan(2);
  });

  it("zooms within bounds", () => {
    let [near, far] = [camera, camera];
    for (let n = 0; n < 99; n++) {
      near = zoomAt(near, size, { x: 0, y: 0 }, 2);
      far = zoomAt(far, size, { x: 0, y: 0 }, 0.5);
    }
    expect(near.scale / far.scale).toBe(1_000);
  });

  it("has no bounds of no points", () => {
    expect(boundsOf({ x: new Float32Array(), y: new Float32Array() })).toBeUndefined();
    expect(boundsOf({ x: Float32Array.of(1, -1), y: Float32Array.of(0, 2) })).toEqual({
      left: -1,
      right: 1,
      bottom: 0,
      top: 2,
    });
  });
});
