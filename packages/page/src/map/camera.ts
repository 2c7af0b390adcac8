/** What part of the map is seen: its centre, and CSS pixels a unit. y points up on the map, down on the screen. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

const FARTHEST = 0.4;
const NEAREST = 400;
const MARGIN = 0.06;

/** All of [-1, 1] or of `bounds` in view, with a margin. */
export function fitCamera(size: Size, bounds: Bounds = { left: -1, right: 1, bottom: -1, top: 1 }): Camera {
  const width = Math.max(bounds.right - bounds.left, 1e-3);
  const height = Math.max(bounds.top - bounds.bottom, 1e-3);
  const scale = (1 - 2 * MARGIN) * Math.min(size.width / width, size.height / height);
  return { x: (bounds.left + bounds.right) / 2, y: (bounds.bottom + bounds.top) / 2, scale: bounded(scale, size) };
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The smallest box around the points of the rows (all by default); undefined where there are none. */
export function boundsOf(
  { x, y }: { readonly x: Float32Array; readonly y: Float32Array },
  rows: Iterable<number> = x.keys(),
): Bounds | undefined {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const row of rows) {
    left = Math.min(left, x[row]!);
    right = Math.max(right, x[row]!);
    bottom = Math.min(bottom, y[row]!);
    top = Math.max(top, y[row]!);
  }
  return left <= right ? { left, right, bottom, top } : undefined;
}

export function toScreen({ x, y, scale }: Camera, { width, height }: Size, spot: Spot): Spot {
  return { x: width / 2 + (spot.x - x) * scale, y: height / 2 - (spot.y - y) * scale };
}

export function toMap({ x, y, scale }: Camera, { width, height }: Size, spot: Spot): Spot {
  return { x: x + (spot.x - width / 2) / scale, y: y - (spot.y - height / 2) / scale };
}

/** What lies at `at` on the screen stays there. */
export function zoomAt(camera: Camera, size: Size, at: Spot, factor: number): Camera {
  const scale = bounded(camera.scale * factor, size);
  const held = toMap(camera, size, at);
  return {
    x: held.x - (at.x - size.width / 2) / scale,
    y: held.y + (at.y - size.height / 2) / scale,
    scale,
  };
}

/** Moves what is seen by so many pixels. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: clamp(camera.x - dx / camera.scale), y: clamp(camera.y + dy / camera.scale) };
}

/** Nobody gets lost: the centre stays on the map. */
const clamp = (value: number) => Math.min(1.5, Math.max(-1.5, value));

function bounded(scale: number, { width, height }: Size): number {
  const unit = Math.max(1, Math.min(width, height) / 2);
  return Math.min(unit * NEAREST, Math.max(unit * FARTHEST, scale));
}
