import { applyEvent } from "@eddy/clustering/fold";
import { makeDelta } from "@eddy/clustering/mini-batch";
import { emptyState } from "@eddy/clustering/state";
import { expect, it } from "vitest";
import type { Item } from "./batch.ts";
import { axes } from "./ports-fixture.ts";
import { createRedo } from "./redo.ts";

const item = (source: number): Item => ({
  ...{ source, documentId: `d${source}`, offset: source + 100, embedded: null, headers: {} },
  vector: Float32Array.of(1, 0),
});

/** A model that counted sources 33 and 34 of (30, 34]. */
function counted() {
  const state = emptyState();
  const common = { worker: "w", sequence: 0, atMs: 0 };
  const founded = {
    type: "founded",
    uuid: "u",
    metric: "spherical",
    dimensions: 2,
    model: "m",
    modelRevision: "1",
  } as const;
  applyEvent(state, 0, { ...common, ...founded, epoch: 0, halfLifeDocuments: 0, halfLifeMs: 0 });
  applyEvent(state, 1, { ...common, ...axes, epoch: 0 });
  const range = { partition: 0, from: 30, done: 30, assignedWith: 1 };
  const delta = makeDelta(range, [item(33), item(34)], () => 1, new Map());
  expect(applyEvent(state, 2, { ...common, ...delta, epoch: 1 })).toEqual({ taken: true });
  return createRedo("embeddings/0", 0, () => state);
}

it("writes what was counted, and passes over what a repair has had emitted again as another source", () => {
  const redo = counted();
  expect([31, 32, 33].map((source) => redo.add(item(source)))).toEqual([undefined, undefined, undefined]);
  expect(redo.open).toBe(true);
  const batch = redo.add(item(34))!;
  expect(batch.items.map(({ source }) => source)).toEqual([33, 34]);
  expect(batch).toMatchObject({ version: 2, clusters: [1, 1], read: 34, nextOffset: 135 });
  expect(redo.open).toBe(false);
});

it.each([[[34]], [[33, 35]]])("stops where a record that was counted does not come: %j", (sources) => {
  const redo = counted();
  expect(() => sources.map((source) => redo.add(item(source)))).toThrow(
    expect.objectContaining({ code: "LOG_GAP", message: expect.stringContaining("(30, 34]") }),
  );
});
