import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import type { Chart } from "./chart.ts";
import { drawPicture } from "./draw-picture.ts";
import { svgToPng } from "./raster.ts";
import { sampleCharts, samplePicture, sampleScatter } from "./sample-report.ts";
import { svgDocument, svgText } from "./svg.ts";
import { textWidth } from "./text-width.ts";

const inch = { column: 3.5, page: 7 } as const;

/** From the header (PNG specification, 11.2.1) and pHYs (11.3.4.3). */
function pngSize(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf("pHYs", 0, "latin1");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), dotsPerMetre: bytes.readUInt32BE(at + 4) };
}

/** The numbers of pixels of the colours in an SVG, as it is drawn without the machine's fonts. */
function coloursOf(svg: string): Map<string, number> {
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false }, background: "#ffffff" }).render();
  const counts = new Map<string, number>();
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = `#${pixels.subarray(at, at + 3).toString("hex")}`;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

/** What must be seen of each sample. */
const seen: Readonly<
  Record<Chart["kind"], { readonly texts: readonly string[]; readonly colours: readonly string[] }>
> = {
  scatter: { texts: ["World", "Sci/Tech", "noise"], colours: ["#0072b2", "#d55e00"] },
  lines: { texts: ["epoch", "reconstruction error (MSE)", "published, validation", "0.016"], colours: ["#0072b2"] },
  bars: { texts: ["under 15", "45 and more", "purity", "DEC"], colours: ["#0072b2", "#d55e00"] },
  histogram: { texts: ["words", "documents"], colours: [] },
  heatmap: { texts: ["class", "cluster", "Business", "1,229", "254"], colours: ["#ffffff"] },
  layers: { texts: ["bottleneck_layer", "1,024 · ReLU", "+ 2,570", "2,343,934 parameters"], colours: ["#0072b2"] },
};

describe.each(Object.values(sampleCharts))("a $kind", (chart) => {
  it.each(["column", "page"] as const)("is as wide as a %s, in both forms", async (width) => {
    const { svg, png } = await drawPicture({ ...samplePicture(chart), width });
    expect(svg).toMatch(new RegExp(`^<svg [^>]*width="${96 * inch[width]}"`));
    const size = pngSize(png);
    expect(size.width).toBe(300 * inch[width]);
    expect(size.dotsPerMetre).toBe(11811);
    const height = Number(/ height="([\d.]+)"/.exec(svg)![1]);
    expect(size.height).toBeCloseTo((height * 300) / 96, -1);
  });

  it("shows what is in it", async () => {
    const { svg } = await drawPicture(samplePicture(chart));
    for (const text of seen[chart.kind].texts) expect(svg).toContain(`>${text}<`);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const colours = coloursOf(svg);
    for (const colour of seen[chart.kind].colours) expect(colours.get(colour) ?? 0, colour).toBeGreaterThan(10);
    expect(colours.size).toBeGreaterThan(10);
  });

  it("is the same each time", async () => {
    const [first, second] = [await drawPicture(samplePicture(chart)), await drawPicture(samplePicture(chart))];
    expect(second.svg).toBe(first.svg);
    expect(Buffer.compare(second.png, first.png)).toBe(0);
  });
});

it("lays bars down whose names are long", async () => {
  const long = { ...sampleCharts.bars, categories: ["comp.graphics", "rec.sport.baseball", "talk.politics.misc", "x"] };
  const { svg } = await drawPicture(samplePicture(long));
  for (const name of long.categories) expect(svg).toContain(`>${name}<`);
  expect(svg).toMatch(/aria-label="Y-axis[^"]*"/);
});

it("leaves a gap where a line has no value, and none below zero on a logarithm", async () => {
  const points = [[1, 1], [2, 0], [3, 10], [4, Number.NaN], [5, 100]] as const; // biome-ignore format: a line
  const chart: Chart = { kind: "lines", xTitle: "x", yTitle: "y", series: [{ name: "s", points }], log: true };
  expect((await drawPicture(samplePicture(chart))).svg).not.toMatch(/NaN|Infinity/);
});

it("puts many points into the page as pixels, few as lines", async () => {
  const inline = async (n: number) => (await drawPicture(samplePicture(sampleScatter(n, ["a", "b"])))).inline;
  expect(await inline(3000)).toMatchObject({ type: "image/svg+xml" });
  const many = await inline(3001);
  expect(many.type).toBe("image/png");
  expect(pngSize(many.bytes).width).toBe(672);
});

it("draws text with its own font, as wide as it is taken to be", async () => {
  const text = "Business, Sci/Tech 0.0232";
  const blank = svgDocument(336, 40, []);
  const written = svgDocument(336, 40, [svgText(10, 20, text, { size: 20 })]);
  const [without, withText] = [await svgToPng(blank, 96), await svgToPng(written, 96)];
  expect(withText.length).toBeGreaterThan(without.length + 500);
  const inked = inkedColumns(withText);
  // Side bearings of the first and last letter are no ink.
  expect(inked.last - inked.first).toBeGreaterThan(textWidth(text, 20) - 8);
  expect(inked.last - inked.first).toBeLessThan(textWidth(text, 20) + 4);
});

function inkedColumns(png: Uint8Array) {
  const uri = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="336" height="40"><image href="${uri}" width="336" height="40"/></svg>`;
  const { pixels, width } = new Resvg(image).render();
  const columns: number[] = [];
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at]! < 128) columns.push((at / 4) % width);
  return { first: Math.min(...columns), last: Math.max(...columns) };
}
