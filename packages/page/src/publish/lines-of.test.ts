import { expect, it } from "vitest";
import { lineBatches } from "./lines-of.ts";

async function* chunksOf(...chunks: string[]) {
  yield* chunks;
}

it("cuts a text into lines, wherever its chunks end; blank ones count and are passed over", async () => {
  const batches = [];
  for await (const batch of lineBatches(chunksOf("on", "e\r\n\n  \ntw", "o\nthree"), { lines: 2 })) batches.push(batch);
  expect(batches).toEqual([
    [
      { number: 1, text: "one" },
      { number: 4, text: "two" },
    ],
    [{ number: 5, text: "three" }],
  ]);
});

it("bounds a batch by its characters", async () => {
  const sizes = [];
  for await (const batch of lineBatches(chunksOf("aaaa\nbbbb\ncc\n"), { characters: 5 })) sizes.push(batch.length);
  expect(sizes).toEqual([2, 1]);
});
