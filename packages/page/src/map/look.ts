import { type Ink, rgbOf } from "./inks.ts";
import { clusterOf, type Points } from "./points.ts";

/** What stands out on the map; undefined: everything alike. */
export type Focus =
  | { readonly kind: "cluster"; readonly cluster: string }
  | { readonly kind: "documents"; readonly ids: ReadonlySet<string> };

/** How each point is drawn: four bytes of colour, and two of shape and emphasis. */
export interface Look {
  readonly colours: Uint8Array;
  readonly marks: Uint8Array;
}

export const EMPHASIS = { dim: 0, plain: 1, strong: 2, chosen: 3 } as const;
const SHAPES = ["circle", "square", "triangle-up", "diamond"] as const;
const DIM = 38;
const PLAIN = 215;

export function lookOf(
  points: Points,
  inkOf: (cluster: string) => Ink,
  focus: Focus | undefined,
  chosen: string | undefined,
): Look {
  const inks = points.clusters.map((name) => {
    const { colour, shape } = inkOf(name);
    return { rgb: rgbOf(colour), shape: SHAPES.indexOf(shape) };
  });
  const colours = new Uint8Array(points.ids.length * 4);
  const marks = new Uint8Array(points.ids.length * 2);
  for (const [row, id] of points.ids.entries()) {
    const emphasis = id === chosen ? EMPHASIS.chosen : emphasisOf(points, row, id, focus);
    const ink = inks[points.cluster[row]!];
    const [red, green, blue] = ink?.rgb ?? [128, 128, 128];
    colours.set(
      [red, green, blue, emphasis === EMPHASIS.dim ? DIM : emphasis === EMPHASIS.plain ? PLAIN : 255],
      row * 4,
    );
    marks.set([ink?.shape ?? 0, emphasis], row * 2);
  }
  return { colours, marks };
}

function emphasisOf(points: Points, row: number, id: string, focus: Focus | undefined): number {
  if (!focus) return EMPHASIS.plain;
  if (focus.kind === "cluster") return clusterOf(points, row) === focus.cluster ? EMPHASIS.plain : EMPHASIS.dim;
  return focus.ids.has(id) ? EMPHASIS.strong : EMPHASIS.dim;
}
