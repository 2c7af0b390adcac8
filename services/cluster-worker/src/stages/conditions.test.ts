import { ONLY_REVISION_HEADER } from "@eddy/contracts/chain-headers";
import type { StoredPoint, VectorStore } from "@eddy/vectors/port";
import { expect, test } from "vitest";
import type { CountedBatch, Item } from "../batch.ts";
import { withEffect } from "./conditions.ts";

const at = "2026-01-02T03:04:05.000Z";
const put = (source: number, documentId: string): Item => {
  const vector = Float32Array.of(1, 0);
  const document = { document_id: documentId, revision: `0:${source}`, text: "t", received_at: at };
  const embedded = { document, model: "m", modelRevision: "r", vector, tokens: 1, truncated: false };
  return { source, documentId, vector, offset: source, embedded, headers: {} };
};
const remove = (source: number, documentId: string, revision?: string): Item => ({
  ...{ source, documentId, vector: null, offset: source, embedded: null },
  headers: revision === undefined ? {} : { [ONLY_REVISION_HEADER]: Buffer.from(revision) },
});
const pendingOf = (...items: Item[]) => ({ items }) as unknown as CountedBatch;

function storeOf(points: Readonly<Record<string, { revision: string; deleted?: boolean }>>) {
  const asked: string[] = [];
  const lookup: VectorStore["lookup"] = async (ids) => {
    asked.push(...ids);
    return new Map(ids.flatMap((id) => (points[id] ? [[id, { payload: points[id] } as unknown as StoredPoint]] : [])));
  };
  return { asked, store: { lookup } as VectorStore };
}

test.each<[string, Item[], CountedBatch[], Parameters<typeof storeOf>[0], number[]]>([
  ["the store's present version", [remove(9, "a", "0:1")], [], { a: { revision: "0:1" } }, [9]],
  ["another version than the store's", [remove(9, "a", "0:1")], [], { a: { revision: "0:2" } }, []],
  ["a document that is not there", [remove(9, "a", "0:1")], [], {}, []],
  ["one that is deleted", [remove(9, "a", "deleted@1")], [], { a: { revision: "deleted@1", deleted: true } }, []],
  [
    "a version that is overtaken by one not yet written",
    [remove(9, "a", "0:1")],
    [pendingOf(put(1, "a")), pendingOf(put(4, "a"))],
    { a: { revision: "0:1" } },
    [],
  ],
  ["a version not yet written", [remove(9, "a", "0:4")], [pendingOf(put(4, "a"))], { a: { revision: "0:1" } }, [9]],
  [
    "one deleted and not yet written",
    [remove(9, "a", "0:1")],
    [pendingOf(remove(4, "a"))],
    { a: { revision: "0:1" } },
    [],
  ],
  ["one overtaken in the batch", [put(8, "a"), remove(9, "a", "0:1")], [], { a: { revision: "0:1" } }, [8]],
  ["a version of the batch", [put(8, "a"), remove(9, "a", "0:8"), put(10, "a")], [], {}, [8, 9, 10]],
  ["one version twice", [remove(8, "a", "0:1"), remove(9, "a", "0:1")], [], { a: { revision: "0:1" } }, [8]],
  [
    "what an overtaken deletion before it was meant for",
    [remove(7, "a", "0:0"), remove(8, "a", "0:1")],
    [],
    { a: { revision: "0:1" } },
    [8],
  ],
])("a deletion meant for %s", async (_, items, pending, points, expected) => {
  const kept = await withEffect(items, pending, storeOf(points).store);
  expect(kept.map(({ source }) => source)).toEqual(expected);
});

test("deletions without a condition, and documents, always have an effect; the store is not asked for them", async () => {
  const { store, asked } = storeOf({});
  const items = [put(1, "a"), remove(2, "b"), { ...put(3, "c"), headers: { [ONLY_REVISION_HEADER]: "0:0" } }];
  expect(await withEffect(items, [], store)).toBe(items);
  await withEffect([...items, remove(4, "d", "0:0")], [], store);
  expect(asked).toEqual(["d"]);
});
