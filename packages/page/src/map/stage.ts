/** The map's canvas, and what pointers, fingers, the wheel and keys do to it. */
import { isStill } from "../state/theme.ts";
import { boundsOf, type Camera, fitCamera, panBy, type Size, type Spot, toMap, zoomAt } from "./camera.ts";
import { createPointsLayer } from "./draw.ts";
import { createGrid, type Grid } from "./grid.ts";
import type { Ink } from "./inks.ts";
import { createLabelLayer } from "./label-layer.ts";
import { labelsOf } from "./labels.ts";
import { createLassoLayer } from "./lasso-layer.ts";
import { type Focus, lookOf } from "./look.ts";
import { noPoints, type Points } from "./points.ts";

/** The document under the pointer, and where in the box that is. */
export interface Hit extends Spot {
  readonly row: number;
  readonly width: number;
}

export interface MapEvents {
  hover(hit: Hit | undefined): void;
  /** A click; undefined: on nothing. */
  choose(row: number | undefined): void;
  /** The rows within a lasso. */
  caught(rows: readonly number[]): void;
}

export interface MapStage {
  points(points: Points): void;
  look(look: {
    points: Points;
    inkOf: (cluster: string) => Ink;
    focus: Focus | undefined;
    chosen: string | undefined;
    dark: boolean;
  }): void;
  labels(title: (cluster: string, words?: number) => string): void;
  zoom(factor: number): void;
  fit(): void;
  /** true: a drag draws a lasso and does not move the map. */
  lasso(on: boolean): void;
  close(): void;
}

const REACH_PX = 12;
/** A press that moves less is a click. */
const STEADY_PX = 5;
const STEP_PX = 60;
const LABEL_WORDS = 2;

/** undefined where the browser has no WebGL. */
export function createMapStage(box: HTMLElement, events: MapEvents): MapStage | undefined {
  const canvas = document.createElement("canvas");
  const layer = createPointsLayer(canvas, redraw);
  if (!layer) return undefined;
  const labels = createLabelLayer();
  const lassoLayer = createLassoLayer();
  box.append(canvas, labels.element, lassoLayer.element);

  let size: Size = { width: box.clientWidth || 1, height: box.clientHeight || 1 };
  let camera: Camera = fitCamera(size);
  let points: Points = noPoints;
  let grid: Grid = createGrid(points);
  let dark = false;
  let moved = false;
  let frame = 0;
  let lassoing = false;
  const pressed = new Map<number, Spot>();
  let travelled = 0;
  let loop: Spot[] | undefined;

  function redraw(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const rim = dark ? ([1, 1, 1] as const) : ([0.07, 0.08, 0.09] as const);
      const ratio = Math.min(2, devicePixelRatio);
      const still = isStill();
      if (layer!.draw({ camera, size, ratio, now: performance.now(), rim, still })) redraw();
      labels.place(camera, size);
      lassoLayer.draw(loop, camera, size);
    });
  }

  function move(next: Camera): void {
    camera = next;
    moved = true;
    redraw();
  }

  function fit(): void {
    camera = fitCamera(size, boundsOf(points));
    moved = false;
    redraw();
  }

  const spotOf = (event: MouseEvent): Spot => {
    const { left, top } = box.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const rowAt = (spot: Spot) => grid.nearest(toMap(camera, size, spot), REACH_PX / camera.scale);

  function hover(event: PointerEvent): void {
    const spot = spotOf(event);
    const row = rowAt(spot);
    box.classList.toggle("over", row !== undefined);
    events.hover(row === undefined ? undefined : { ...spot, row, width: size.width });
  }

  const on = new AbortController();
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    handler: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ) => box.addEventListener(type, handler, { ...options, signal: on.signal });

  listen("pointerdown", (event) => {
    if (event.button !== 0) return;
    box.setPointerCapture(event.pointerId);
    const spot = spotOf(event);
    pressed.set(event.pointerId, spot);
    travelled = pressed.size > 1 ? Infinity : 0;
    loop = (lassoing || event.shiftKey) && pressed.size === 1 ? [toMap(camera, size, spot)] : undefined;
    events.hover(undefined);
  });
  listen("pointermove", (event) => {
    const before = pressed.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") hover(event);
      return;
    }
    const spot = spotOf(event);
    const [dx, dy] = [spot.x - before.x, spot.y - before.y];
    travelled += Math.hypot(dx, dy);
    pressed.set(event.pointerId, spot);
    if (loop) {
      loop.push(toMap(camera, size, spot));
      redraw();
      return;
    }
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) {
      if (travelled > STEADY_PX) move(panBy(camera, dx, dy));
      return;
    }
    const apart = (from: Spot) => Math.max(8, Math.hypot(from.x - other.x, from.y - other.y));
    const middle = { x: (spot.x + other.x) / 2, y: (spot.y + other.y) / 2 };
    move(zoomAt(panBy(camera, dx / 2, dy / 2), size, middle, apart(spot) / apart(before)));
  });
  const release = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId)) return;
    const drawn = loop;
    loop = undefined;
    if (event.type === "pointercancel") redraw();
    else if (drawn && drawn.length > 2) events.caught(grid.within(drawn));
    else if (travelled <= STEADY_PX) events.choose(rowAt(spotOf(event)));
    redraw();
  };
  listen("pointerup", release);
  listen("pointercancel", release);
  listen("pointerleave", () => {
    box.classList.remove("over");
    events.hover(undefined);
  });
  listen(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      move(zoomAt(camera, size, spotOf(event), Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * 0.004)));
      events.hover(undefined);
    },
    { passive: false },
  );
  listen("dblclick", (event) => move(zoomAt(camera, size, spotOf(event), 2)));
  listen("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = { x: size.width / 2, y: size.height / 2 };
    const deeds: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => move(panBy(camera, STEP_PX, 0)),
      ArrowRight: () => move(panBy(camera, -STEP_PX, 0)),
      ArrowUp: () => move(panBy(camera, 0, STEP_PX)),
      ArrowDown: () => move(panBy(camera, 0, -STEP_PX)),
      "+": () => move(zoomAt(camera, size, middle, 1.3)),
      "=": () => move(zoomAt(camera, size, middle, 1.3)),
      "-": () => move(zoomAt(camera, size, middle, 1 / 1.3)),
      "0": fit,
      Escape: () => events.choose(undefined),
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });

  const watch = new ResizeObserver(() => {
    size = { width: box.clientWidth || 1, height: box.clientHeight || 1 };
    if (moved) redraw();
    else fit();
  });
  watch.observe(box);

  return {
    points(next) {
      const anew = next.layout !== points.layout;
      if (next !== points) grid = createGrid(next);
      points = next;
      layer.points(next, performance.now());
      labels.set(labelsOf(next));
      if (anew) fit();
      redraw();
    },
    look(look) {
      dark = look.dark;
      layer.look(lookOf(look.points, look.inkOf, look.focus, look.chosen));
      labels.focus(look.focus?.kind === "cluster" ? look.focus.cluster : undefined);
      redraw();
    },
    labels(title) {
      labels.title((cluster) => title(cluster, LABEL_WORDS));
      redraw();
    },
    zoom(factor) {
      move(zoomAt(camera, size, { x: size.width / 2, y: size.height / 2 }, factor));
    },
    fit,
    lasso(on) {
      lassoing = on;
    },
    close() {
      on.abort();
      watch.disconnect();
      cancelAnimationFrame(frame);
      layer.close();
      box.replaceChildren();
    },
  };
}
