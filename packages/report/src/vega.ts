/** Vega's door: from a specification to SVG. Loaded with the first picture, for no other command should pay its half second. */
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./text-width.ts";

export type Spec = TopLevelSpec;

/** Without a canvas Vega takes a letter for 0.8 of its height, half more than it is, and leaves axes too much room. */
interface Measuring {
  readonly textMetrics: { width: (item: { readonly fontSize?: number }, text: string) => number };
}

export async function drawSpec(spec: Spec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  (vega as unknown as Measuring).textMetrics.width = ({ fontSize = 11 }, text) => textWidth(String(text), fontSize);
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
