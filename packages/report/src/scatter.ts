/**
 * A plane of points as SVG. Ours, because a chart library makes an element a point: 25,000 points are some 50 paths here, and 300 kB.
 *
 * 1. Both axes have one scale, for distances are what such a picture shows; the axes themselves mean nothing and are not drawn.
 * 2. Points of all groups are dealt into layers, drawn one over the other, so that no group lies on top only because it is the last.
 * 3. Within a layer the points of a group are one translucent path: overlaps show, up to the number of layers.
 */
import type { Scatter } from "./chart.ts";
import { drawLegend, type LegendEntry } from "./legend.ts";
import { type Markup, markup } from "./markup.ts";
import { inkOf, noiseInk, type Shape } from "./palette.ts";
import { RULE, round, svgDocument } from "./svg.ts";

const PADDING = 8;
const LAYERS = 10;
/** The share of the plane that all marks together would cover side by side. */
const COVER = 0.22;

interface Style {
  readonly colour: string;
  readonly shape: Shape;
  readonly radius: number;
  readonly opacity: number;
}

/** `width` in CSS pixels; the plane is square up to half a page, and flatter on a page. */
export function drawScatter(chart: Scatter, width: number): string {
  const { x, y, group, groups } = chart;
  const plane = { width, height: width > 400 ? 0.72 * width : width };
  const place = placing(x, y, plane);
  const radius = Math.min(2.8, Math.max(0.75, Math.sqrt((COVER * plane.width * plane.height) / (Math.PI * x.length))));
  const opacity = x.length < 500 ? 0.85 : 0.55;
  const styles = groups.map((_, at): Style => ({ ...inkOf(at), radius, opacity }));
  const noise: Style = { colour: noiseInk, shape: "circle", radius: 0.8 * radius, opacity };

  // Path data by layer and style (0 is noise).
  const paths: string[][] = Array.from({ length: LAYERS }, () => new Array<string>(styles.length + 1).fill(""));
  let noisy = false;
  for (let at = 0; at < x.length; at++) {
    const point = place(at);
    if (point === undefined) continue;
    const style = styles[group[at]!] ?? noise;
    noisy ||= style === noise;
    const layer = paths[style === noise ? 0 : at % LAYERS]!;
    layer[style === noise ? 0 : 1 + group[at]!]! += markPath(point[0], point[1], style);
  }
  const drawn = paths.flatMap((layer) =>
    layer.flatMap((path, at) => (path === "" ? [] : [pathElement(path, at === 0 ? noise : styles[at - 1]!)])),
  );

  const entry = (name: string, style: Style): LegendEntry => {
    const large = { ...style, radius: 3.5, opacity: 1 };
    return { name, mark: (atX, atY) => pathElement(markPath(atX, atY, large), large) };
  };
  const entries = groups.map((name, at) => entry(name, styles[at]!));
  const legend = drawLegend(noisy ? [...entries, entry("noise", noise)] : entries, 2, plane.height + 6, width - 4);
  const frame = markup`<rect x="0.5" y="0.5" width="${width - 1}" height="${round(plane.height - 1)}" fill="none" stroke="${RULE}"/>`;
  return svgDocument(width, plane.height + 6 + legend.height, [frame, ...drawn, ...legend.content]);
}

/** Where a point goes, or undefined where it has no place; the points' box is in the middle of the plane (invariant 1). */
function placing(x: Float32Array, y: Float32Array, plane: { readonly width: number; readonly height: number }) {
  const { left, right, low, high } = boxOf(x, y);
  const scale = Math.min(
    (plane.width - 2 * PADDING) / Math.max(right - left, Number.MIN_VALUE),
    (plane.height - 2 * PADDING) / Math.max(high - low, Number.MIN_VALUE),
  );
  const factor = Number.isFinite(scale) ? scale : 0;
  return (at: number): readonly [number, number] | undefined => {
    const [dx, dy] = [x[at]! - (left + right) / 2, y[at]! - (low + high) / 2];
    if (!Number.isFinite(dx) || !Number.isFinite(dy)) return undefined;
    return [plane.width / 2 + dx * factor, plane.height / 2 - dy * factor];
  };
}

/** Around the points that have a place. */
function boxOf(x: Float32Array, y: Float32Array) {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [low, high] = [left, right];
  for (let at = 0; at < x.length; at++) {
    if (!Number.isFinite(x[at]!) || !Number.isFinite(y[at]!)) continue;
    left = Math.min(left, x[at]!);
    right = Math.max(right, x[at]!);
    low = Math.min(low, y[at]!);
    high = Math.max(high, y[at]!);
  }
  return { left, right, low, high };
}

/** A circle is a line of no length with round ends: the shortest way to write one. */
function markPath(x: number, y: number, { shape, radius }: Style): string {
  const r = round(radius);
  const from = (dx: number, dy: number) => `M${round(x + dx)} ${round(y + dy)}`;
  if (shape === "square") return `${from(-r, -r)}h${2 * r}v${2 * r}h${-2 * r}z`;
  if (shape === "triangle-up") return `${from(0, -1.2 * r)}l${round(1.2 * r)} ${round(2.1 * r)}h${round(-2.4 * r)}z`;
  if (shape === "diamond")
    return `${from(0, -1.4 * r)}l${round(1.4 * r)} ${round(1.4 * r)} ${round(-1.4 * r)} ${round(1.4 * r)} ${round(-1.4 * r)} ${round(-1.4 * r)}z`;
  return `${from(0, 0)}h0`;
}

function pathElement(path: string, { colour, shape, radius, opacity }: Style): Markup {
  return shape === "circle"
    ? markup`<path d="${path}" fill="none" stroke="${colour}" stroke-width="${round(2 * radius)}" stroke-linecap="round" stroke-opacity="${opacity}"/>`
    : markup`<path d="${path}" fill="${colour}" fill-opacity="${opacity}"/>`;
}
