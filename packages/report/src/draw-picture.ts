/** A picture as SVG and PNG. */
import type { Chart } from "./chart.ts";
import { barsSpec, heatmapSpec, histogramSpec, linesSpec } from "./chart-spec.ts";
import { drawLayers } from "./layers.ts";
import { svgToPng } from "./raster.ts";
import type { Picture } from "./report.ts";
import { drawScatter } from "./scatter.ts";
import { WIDTHS } from "./svg.ts";
import { drawSpec } from "./vega.ts";

export interface DrawnPicture {
  readonly picture: Picture;
  readonly svg: string;
  /** At 300 dots an inch. */
  readonly png: Uint8Array;
}

export async function drawPicture(picture: Picture): Promise<DrawnPicture> {
  const svg = await drawChart(picture.chart, WIDTHS[picture.width ?? "column"]);
  return { picture, svg, png: await svgToPng(svg) };
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
