import { expect, it } from "vitest";
import { assign } from "./kafka-member.ts";

it.each([
  [["b", "a"], 5, { a: [0, 2, 4], b: [1, 3] }],
  [["a"], 2, { a: [0, 1] }],
  [["a", "b", "c"], 2, { a: [0], b: [1], c: [] }],
  [["a"], 0, { a: [] }],
])("members %j share %i partitions, each once", (members, partitions, expected) => {
  expect(Object.fromEntries(assign(members, partitions))).toEqual(expected);
});
