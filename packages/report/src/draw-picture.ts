/** A picture as SVG and PNG. */
import type { Chart } from "./chart.ts";
import { barsSpec, heatmapSpec, histogramSpec, linesSpec } from "./chart-spec.ts";
import { drawLayers } from "./layers.ts";
import { svgToPng } from "./raster.ts";
import type { Picture } from "./report.ts";
import { drawScatter } from "./scatter.ts";
import { WIDTHS } from "./svg.ts";
import { drawSpec } from "./vega.ts";

/** What journals ask for, and twice what screens had. */
const DPI = { print: 300, screen: 192 } as const;
/** A browser takes longer over so many marks than over their pixels. */
const MOST_MARKS = 3000;

export interface DrawnPicture {
  readonly picture: Picture;
  readonly svg: string;
  /** At 300 dots an inch. */
  readonly png: Uint8Array;
  /** For the page. */
  readonly inline: { readonly type: "image/svg+xml" | "image/png"; readonly bytes: Uint8Array };
}

export async function drawPicture(picture: Picture): Promise<DrawnPicture> {
  const { chart, width = "column" } = picture;
  const svg = await drawChart(chart, WIDTHS[width]);
  const png = await svgToPng(svg, DPI.print);
  const inline =
    chart.kind === "scatter" && chart.x.length > MOST_MARKS
      ? ({ type: "image/png", bytes: await svgToPng(svg, DPI.screen) } as const)
      : ({ type: "image/svg+xml", bytes: Buffer.from(svg) } as const);
  return { picture, svg, png, inline };
}

async function drawChart(chart: Chart, width: number): Promise<string> {
  switch (chart.kind) {
    case "scatter":
      return drawScatter(chart, width);
    case "layers":
      return drawLayers(chart, width);
    case "lines":
      return drawSpec(linesSpec(chart, width));
    case "bars":
      return drawSpec(barsSpec(chart, width));
    case "histogram":
      return drawSpec(histogramSpec(chart, width));
    case "heatmap":
      return drawSpec(heatmapSpec(chart, width));
  }
}
