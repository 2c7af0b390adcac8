import type { PointPayload } from "@eddy/contracts/collection";
import { beforeEach, describe, expect, test } from "vitest";
import { fill, get, letter, store, streams, topics, useConsole, write } from "./console-fixture.ts";

useConsole();

describe("documents", () => {
  beforeEach(fill);
  const ids = ({ body }: Awaited<ReturnType<typeof get>>) =>
    body<{ documents: PointPayload[] }>()
      .documents.map(({ document_id }) => document_id)
      .sort();

  test.each([
    ["cluster=c3", ["money/0", "money/1"]],
    ["cluster=2&source=odd", ["space/1", "space/3"]],
    ["label=sport&from=2026-11-22", ["sport/2", "sport/3"]],
    ["label=sport&to=2026-11-21", ["sport/0", "sport/1"]],
    ["label=sport&from=2026-11-21T00:00:00%2B01:00&to=2026-11-21T23:00:00Z", ["sport/1"]],
    ["text=telescope", ["space/1", "space/3"]],
    ["text=nowhere", []],
  ])("by %s", async (query, expected) => {
    expect(ids(await get(`/v1/documents?${query}`))).toEqual(expected);
  });

  test("page by page: each once, no vectors, no deleted ones", async () => {
    await store.write([
      {
        payload: {
          document_id: "sport/0",
          revision: "d",
          received_at: "2026-11-22T11:00:00Z",
          version: 9,
          assigned_with: 9,
          assigned_at: "2026-11-22T11:00:00Z",
          deleted: true,
        },
      },
    ]);
    const seen: string[] = [];
    let after = "";
    do {
      const { body } = await get(`/v1/documents?limit=4${after && `&after=${after}`}`);
      const { documents, next } = body<{ documents: PointPayload[]; next: string | null }>();
      seen.push(...documents.map(({ document_id }) => document_id));
      expect(documents.some((document) => "vector" in document)).toBe(false);
      after = next ?? "";
    } while (after);
    expect(seen.length).toBe(9);
    expect(new Set(seen).size).toBe(9);
  });

  test("one by its id, slashes and all", async () => {
    expect((await get("/v1/documents/sport%2F1")).body()).toMatchObject({ document_id: "sport/1", cluster_id: "c1" });
    const odd = "é/☃?#%\u{1F600}";
    await write(odd, "odd id", "c1");
    expect((await get(`/v1/documents/${encodeURIComponent(odd)}`)).body()).toMatchObject({ document_id: odd });
    const longest = "é".repeat(256);
    await write(longest, "long id", "c1");
    expect((await get(`/v1/documents/${encodeURIComponent(longest)}`)).status).toBe(200);
  });

  test("one that is not there: why", async () => {
    const why = async (id: string) => {
      const { status, body } = await get(`/v1/documents/${id}`);
      const { error } = body<{ error: { reason: string; message: string } }>();
      return [status, error.reason, error.message] as const;
    };
    expect(await why("x")).toEqual([404, "unknown", expect.stringContaining("none was published")]);
    await letter({ value: '{"id":"bad","vector":[1]}' });
    expect(await why("bad")).toEqual([404, "rejected", expect.stringContaining("NO_TEXT: text is missing")]);
    await streams.append(topics.documents, 1, [{ key: null, value: Buffer.from("{}"), headers: {} }]);
    expect(await why("x")).toEqual([404, "on_its_way", expect.stringContaining("1 on their way")]);
    await store.write([
      {
        payload: {
          document_id: "gone",
          revision: "d",
          received_at: "2026-11-22T11:00:00Z",
          version: 9,
          assigned_with: 9,
          assigned_at: "2026-11-22T11:00:00Z",
          deleted: true,
        },
      },
    ]);
    expect(await why("gone")).toEqual([404, "deleted", expect.stringContaining("2026-11-22T11:00:00Z")]);
  });
});
