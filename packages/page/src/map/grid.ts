import type { Spot } from "./camera.ts";

/** Finds the point nearest to a spot, and those within a polygon. */
export interface Grid {
  /** Row of the nearest point within `radius`; undefined: there is none. */
  nearest(spot: Spot, radius: number): number | undefined;
  /** Rows of the points within a polygon, in order. */
  within(polygon: readonly Spot[]): number[];
}

const SIDE = 96;

/** Points in cells of a square, by counting sort: built in one pass over the points, so each change of the map may build it anew. */
export function createGrid({ x, y }: { readonly x: Float32Array; readonly y: Float32Array }): Grid {
  const { left, bottom, size } = squareOf(x, y);
  const cell = (value: number, low: number) =>
    Math.min(SIDE - 1, Math.max(0, Math.floor(((value - low) / size) * SIDE)));
  const starts = new Uint32Array(SIDE * SIDE + 1);
  const cellOf = new Uint32Array(x.length);
  for (let row = 0; row < x.length; row++) {
    const at = cell(y[row]!, bottom) * SIDE + cell(x[row]!, left);
    cellOf[row] = at;
    starts[at + 1]! += 1;
  }
  for (let at = 0; at < SIDE * SIDE; at++) starts[at + 1]! += starts[at]!;
  const next = starts.slice();
  const rows = new Uint32Array(x.length);
  for (let row = 0; row < x.length; row++) rows[next[cellOf[row]!]!++] = row;

  function* near(lowX: number, highX: number, lowY: number, highY: number): Generator<number> {
    for (let cy = cell(lowY, bottom); cy <= cell(highY, bottom); cy++) {
      const from = starts[cy * SIDE + cell(lowX, left)]!;
      const to = starts[cy * SIDE + cell(highX, left) + 1]!;
      for (let at = from; at < to; at++) yield rows[at]!;
    }
  }

  return {
    nearest(spot, radius) {
      let best: number | undefined;
      let least = radius * radius;
      for (const row of near(spot.x - radius, spot.x + radius, spot.y - radius, spot.y + radius)) {
        const distance = (x[row]! - spot.x) ** 2 + (y[row]! - spot.y) ** 2;
        if (distance <= least) [best, least] = [row, distance];
      }
      return best;
    },
    within(polygon) {
      if (polygon.length < 3) return [];
      const xs = polygon.map((spot) => spot.x);
      const ys = polygon.map((spot) => spot.y);
      const candidates = near(Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys));
      return [...candidates].filter((row) => inside(polygon, x[row]!, y[row]!)).sort((a, b) => a - b);
    },
  };
}

/** By the even-odd rule. */
function inside(polygon: readonly Spot[], x: number, y: number): boolean {
  let within = false;
  let before = polygon.at(-1)!;
  for (const corner of polygon) {
    const crosses = corner.y > y !== before.y > y;
    if (crosses && x < ((before.x - corner.x) * (y - corner.y)) / (before.y - corner.y) + corner.x) within = !within;
    before = corner;
  }
  return within;
}

function squareOf(x: Float32Array, y: Float32Array) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < x.length; row++) {
    left = Math.min(left, x[row]!);
    right = Math.max(right, x[row]!);
    bottom = Math.min(bottom, y[row]!);
    top = Math.max(top, y[row]!);
  }
  if (!(left <= right)) return { left: -1, bottom: -1, size: 2 };
  return { left, bottom, size: Math.max(right - left, top - bottom, 1e-6) };
}
