import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { epochBatches } from "./batches.ts";
import { openRows } from "./file-rows.ts";
import { type Rows, rowsOf, sampleRows, selectRows } from "./rows.ts";

const values = Float32Array.from({ length: 23 * 2 }, (_, at) => at);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddy-rows-"));
  await writeFile(join(folder, "rows.f32"), new Uint8Array(values.buffer));
});
afterAll(() => rm(folder, { recursive: true }));

async function epoch(rows: Rows, ...seeds: number[]) {
  const stacks = [];
  const options = { rows, batchSize: 4, stackSize: 3, sideInputs: [rowNumber], seeds };
  for await (const stack of epochBatches(options)) stacks.push(stack);
  return stacks;
}
const rowNumber = {
  name: "row",
  width: 1,
  fill: (indices: Int32Array, into: Float32Array) => into.set(indices),
};

it("an epoch is every row once: stacks of full batches, then what is left, each beside its own inputs", async () => {
  const stacks = await epoch(rowsOf(values, 2), 7);
  expect(stacks.map(({ steps, rows }) => [steps, rows])).toEqual([
    [3, 4],
    [2, 4],
    [1, 3],
  ]);
  const order = stacks.flatMap(({ inputs }) => [...inputs.row!]);
  expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, row) => row));
  expect(stacks.flatMap(({ inputs }) => [...inputs.x!])).toEqual(order.flatMap((row) => [2 * row, 2 * row + 1]));
});

it("the same seeds give the same order, others another", async () => {
  const rows = rowsOf(values, 2);
  expect(await epoch(rows, 7, 1)).toEqual(await epoch(rows, 7, 1));
  expect(await epoch(rows, 7, 1)).not.toEqual(await epoch(rows, 7, 2));
});

it("rows of a file are rows of memory, and only those of a stack are read", async () => {
  const file = await openRows(join(folder, "rows.f32"), 2);
  const asked: number[] = [];
  const counted: Rows = {
    count: file.count,
    width: 2,
    async read(indices, into) {
      asked.push(indices.length);
      await file.read(indices, into);
    },
  };
  expect(await epoch(counted, 7)).toEqual(await epoch(rowsOf(values, 2), 7));
  expect(asked).toEqual([12, 8, 3]);
  await file.close();
});

it("a selection reads through to its rows; a sample is evenly spaced", async () => {
  const chosen = selectRows(rowsOf(values, 2), Int32Array.of(5, 0));
  const into = new Float32Array(4);
  await chosen.read(Int32Array.of(1, 0), into);
  expect([chosen.count, ...into]).toEqual([2, 0, 1, 10, 11]);
  const sample = sampleRows(rowsOf(values, 2), 2);
  await sample.read(Int32Array.of(0, 1), into);
  expect([sample.count, ...into]).toEqual([2, 0, 1, 22, 23]);
});

it("refuses what is no rows", async () => {
  expect(() => rowsOf(values, 5)).toThrow(RangeError);
  await expect(openRows(join(folder, "rows.f32"), 5)).rejects.toThrow("no rows of 5");
});
