import type { PointPayload } from "@eddy/contracts/collection";
import { RetryableError } from "@eddy/contracts/errors";
import { beforeEach, describe, expect, test } from "vitest";
import { app, dimensions, fill, get, store, useConsole, write, writeMany } from "./console-fixture.ts";

useConsole();

describe("export", () => {
  beforeEach(fill);

  test("export as JSON Lines, with vectors too", async () => {
    await writeMany(600, (n) => `more text ${n}`);
    const { text, headers } = await get("/v1/export");
    expect(headers["content-type"]).toBe("application/x-ndjson");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as PointPayload & { vector?: number[] });
    expect(new Set(lines.map(({ document_id }) => document_id)).size).toBe(610);
    expect(lines.length).toBe(610);
    expect(lines.some(({ vector }) => vector)).toBe(false);
    const [one] = (await get("/v1/export?cluster=c3&vectors=true")).text.split("\n");
    expect((JSON.parse(one!) as { vector: number[] }).vector.length).toBe(dimensions);
  });

  test("an export that fails under way is cut off, not ended", async () => {
    await writeMany(600, (n) => `more text ${n}`);
    const { page } = store;
    let pages = 0;
    store.page = async (options) => {
      pages += 1;
      if (pages > 2) throw new RetryableError("STORE_UNAVAILABLE", "Qdrant went away");
      return page(options);
    };
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/v1/export`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test("a client that leaves an export stops its reading", async () => {
    await writeMany(300, () => "x".repeat(60_000));
    const { page } = store;
    let pages = 0;
    store.page = async (options) => {
      pages += 1;
      // Without an end.
      return {
        ...(await page({ where: { cluster: "c4" }, limit: options.limit })),
        next: "00000000-0000-0000-0000-000000000000",
      };
    };
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as { port: number };
    const left = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/export?cluster=c4`, { signal: left.signal });
    await response.body!.getReader().read();
    left.abort();
    await app.close();
    const read = pages;
    await new Promise((resolve) => setImmediate(resolve));
    expect([pages, read < 20]).toEqual([read, true]);
  });

  test("export as CSV: quoted, and no formulas", async () => {
    await write("=1+1", '=HYPERLINK("http://evil.example")', "c4", {
      title: 'a "quoted", title',
      source: "@sum\r\nx",
      distance: -0.25,
      metadata: { n: 1 },
    });
    const [head, row, ...rest] = parseCsv((await get("/v1/export?format=csv&cluster=c4")).text);
    expect(rest).toEqual([]);
    const cells = Object.fromEntries(head!.map((name, at) => [name, row![at]]));
    expect(cells).toMatchObject({
      document_id: "'=1+1",
      text: `'=HYPERLINK("http://evil.example")`,
      title: 'a "quoted", title',
      source: "'@sum\r\nx",
      distance: "-0.25",
      metadata: '{"n":1}',
      label: "",
    });
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}
