import { describe, expect, it } from "vitest";
import { noiseInk } from "./palette.ts";
import { sampleScatter } from "./sample-report.ts";
import { drawScatter } from "./scatter.ts";

/** Where marks are, by their path's colour; the legend's (of width 7) left out. */
function marks(svg: string) {
  return [...svg.matchAll(/<path d="([^"]+)" fill="none" stroke="(#\w+)" stroke-width="([\d.]+)"/g)]
    .filter(([, , , width]) => width !== "7")
    .flatMap(([, path, colour]) =>
      [...path!.matchAll(/M(-?[\d.]+) (-?[\d.]+)h0/g)].map(([, x, y]) => ({ colour, x: Number(x), y: Number(y) })),
    );
}

const plane = (points: readonly (readonly [number, number])[], group = points.map(() => 0)) => ({
  kind: "scatter" as const,
  x: Float32Array.from(points, ([x]) => x),
  y: Float32Array.from(points, ([, y]) => y),
  groups: ["a", "b"],
  group: Int32Array.from(group),
});

describe("a scatter", () => {
  it("draws each point once, inside", () => {
    const chart = sampleScatter(5000, ["a", "b", "c"]);
    const drawn = marks(drawScatter(chart, 336));
    expect(drawn).toHaveLength(5000);
    expect(drawn.filter(({ colour }) => colour === noiseInk)).toHaveLength(chart.group.filter((of) => of < 0).length);
    expect(drawn.every(({ x, y }) => x > 0 && x < 336 && y > 0 && y < 336)).toBe(true);
  });

  it("has one scale for both axes, and y grows upwards", () => {
    const square = marks(drawScatter(plane([[0, 0], [1, 0], [0, 1]]), 672)); // biome-ignore format: a line
    const [origin, right, up] = [...square].sort((a, b) => a.x - b.x || b.y - a.y).map(({ x, y }) => [x, y]);
    const [o, r, u] = [origin!, up!, right!];
    expect(r[0]! - o[0]!).toBeCloseTo(o[1]! - u[1]!, 1);
    expect(r[0]! - o[0]!).toBeGreaterThan(100);
  });

  it("lets no group lie on top of all others", () => {
    const chart = sampleScatter(4000, ["a", "b"]);
    const order = [...drawScatter(chart, 336).matchAll(/stroke="(#0072b2|#d55e00)"/g)].map(([, colour]) => colour);
    expect(order.indexOf("#0072b2")).toBeLessThan(order.indexOf("#d55e00"));
    expect(order.slice(0, -2).lastIndexOf("#0072b2")).toBeGreaterThan(order.indexOf("#d55e00"));
  });

  it("leaves out points without a place, and stands a single one", () => {
    const lost = plane([[Number.NaN, 0], [1, 1], [2, Number.POSITIVE_INFINITY]]); // biome-ignore format: a line
    expect(marks(drawScatter(lost, 336))).toMatchObject([{ x: 168, y: 168 }]);
    expect(drawScatter(plane([]), 336)).toContain("</svg>");
  });

  it("names noise only where there is some, and escapes names", () => {
    expect(drawScatter(plane([[0, 0]]), 336)).not.toContain(">noise<");
    expect(drawScatter(plane([[0, 0]], [-1]), 336)).toContain(">noise<");
    expect(drawScatter({ ...plane([[0, 0]]), groups: ["<b>"] }, 336)).toContain(">&lt;b&gt;<");
  });
});
