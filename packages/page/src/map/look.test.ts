import { expect, it } from "vitest";
import { EMPHASIS, lookOf } from "./look.ts";
import { noPoints, type Points } from "./points.ts";

const points: Points = {
  ...noPoints,
  layout: "one",
  ids: ["a", "b", "c"],
  titles: ["", "", ""],
  x: new Float32Array(3),
  y: new Float32Array(3),
  cluster: Uint16Array.of(0, 1, 0),
  bornAt: new Float64Array(3),
  clusters: ["c1", "c2"],
};
const inkOf = (cluster: string) =>
  cluster === "c1"
    ? ({ colour: "#0072b2", shape: "circle" } as const)
    : ({ colour: "#d55e00", shape: "diamond" } as const);

const emphases = (...args: [Parameters<typeof lookOf>[2], Parameters<typeof lookOf>[3]]) =>
  [...lookOf(points, inkOf, ...args).marks].filter((_, at) => at % 2 === 1);

it("gives each point its cluster's colour and shape", () => {
  const { colours, marks } = lookOf(points, inkOf, undefined, undefined);
  expect([...colours.slice(0, 3)]).toEqual([0, 0x72, 0xb2]);
  expect([...colours.slice(4, 7)]).toEqual([0xd5, 0x5e, 0]);
  expect([marks[0], marks[2]]).toEqual([0, 3]);
});

it("lifts out what is in focus, and the chosen document always", () => {
  const { dim, plain, strong, chosen } = EMPHASIS;
  expect(emphases(undefined, undefined)).toEqual([plain, plain, plain]);
  expect(emphases({ kind: "cluster", cluster: "c1" }, undefined)).toEqual([plain, dim, plain]);
  expect(emphases({ kind: "documents", ids: new Set(["b"]) }, "c")).toEqual([dim, strong, chosen]);
});
