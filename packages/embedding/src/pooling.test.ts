import { expect, it } from "vitest";
import { meanVector, poolRows, unitLength } from "./pooling.ts";

// Two rows of two tokens, two wide; the second row has one token and one padding.
const states = { data: Float32Array.of(3, 0, 0, 4, 0, 2, 9, 9), dims: [2, 2, 2] };
const plain = (vectors: readonly Float32Array[]) =>
  vectors.map((vector) => [...vector].map((x) => Number(x.toFixed(6))));

it("mean: padding left out, unit length", () => {
  expect(plain(poolRows(states, [2, 1], "mean"))).toEqual([
    [0.6, 0.8],
    [0, 1],
  ]);
});

it("cls: the first token alone", () => {
  expect(plain(poolRows(states, [2, 1], "cls"))).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

it("takes what a graph pooled itself", () => {
  expect(plain(poolRows({ data: Float32Array.of(0, 5, 3, 4), dims: [2, 2] }, [7, 3], "mean"))).toEqual([
    [0, 1],
    [0.6, 0.8],
  ]);
});

it("the mean of unit vectors has unit length, and zeros stay zeros", () => {
  expect(plain([meanVector([Float32Array.of(1, 0), Float32Array.of(0.28, 0.96)])])).toEqual([[0.8, 0.6]]);
  expect([...unitLength(new Float32Array(2))]).toEqual([0, 0]);
});
