import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FatalError } from "@eddy/contracts/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Item } from "./item.ts";
import { inputBytes, type OpenOptions, openDocuments } from "./open.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "eddy-datasets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(path: string, options?: OpenOptions): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of openDocuments(path, options)) items.push(item);
  return items;
}

async function readFile(name: string, content: string | Buffer, options?: OpenOptions) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const items = await read(path, options);
  for (const item of items) expect(item.file).toBe(path);
  return items.map((item) => (item.ok ? [item.line, item.document] : [item.line, item.reason]));
}

const stdin = (...chunks: (string | Buffer)[]): OpenOptions => ({
  stdin: (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  })(),
});

describe("JSON Lines", () => {
  it("reads on after each bad line and says why", async () => {
    const bad = Buffer.from([0x22, 0xff, 0x22]);
    const content = Buffer.concat([
      Buffer.from('\ufeff{"text":"a","extra":1}\r\n\n{"text":\n[1]\n"x"\nnull\n'),
      bad,
      Buffer.from(`\n\0\n{"text":"${"y".repeat(1_000_000)}"}\n{"text":"last\\u0000"}`),
    ]);
    const items = await readFile("a.jsonl", content);
    expect(items).toHaveLength(9);
    expect(items[0]).toEqual([1, { text: "a", extra: 1 }]);
    expect(items.slice(1, 7)).toEqual([
      [3, expect.stringMatching(/^not valid JSON: /)],
      [4, "not a JSON object but an array"],
      [5, "not a JSON object but a string"],
      [6, "not a JSON object but null"],
      [7, "not valid UTF-8"],
      [8, "has a NUL byte (a binary file?)"],
    ]);
    expect(items[7]![1]).toMatchObject({ text: expect.stringMatching(/^y{1000000}$/) });
    expect(items[8]).toEqual([10, { text: "last\0" }]);
  });

  it("renames fields, even in a ring, and says what a line without them has", async () => {
    const content = '{"body":"b","text":"t","k":1}\n{"text":"t"}\n';
    expect(await readFile("b.jsonl", content, { fields: { text: "body", title: "text", id: "k" } })).toEqual([
      [1, { text: "b", title: "t", id: 1 }],
      [2, 'no field "body"; it has: text'],
    ]);
  });

  it("hints at JSON arrays", async () => {
    expect((await readFile("c.json", '[\n{"text":"a"},\n]'))[0]![1]).toMatch(/JSON array\? One object a line/);
  });
});

describe("gzip", () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => `{"text":"row ${i} ${(i * 2_654_435_761) % 1e9}"}`);
  const packed = gzipSync(`${rows.join("\n")}\n`);

  it("is unpacked whatever the file is called, also in several members", async () => {
    expect(await readFile("d.jsonl", Buffer.concat([packed, packed]))).toHaveLength(10_000);
  });

  it("gives all that a truncated file holds, then how many", async () => {
    const items = await readFile("e.jsonl.gz", packed.subarray(0, packed.length - 9));
    const whole = items.length - 1;
    expect(whole).toBeGreaterThan(4_990);
    expect(items.at(-1)).toEqual([whole + 1, expect.stringMatching(`unexpected end of file.*${whole} whole lines`)]);
  });

  it("says where damage begins", async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, packed.length / 2);
    const items = await readFile("f.jsonl.gz", damaged);
    expect(items.at(-1)![1]).toMatch(/gzip data is damaged/);
    expect(items.length).toBeGreaterThan(1_000);
  });
});

describe("CSV", () => {
  it("reads quotes, line breaks, a byte-order mark, and keeps other columns", async () => {
    const content = '\ufeffid,Text,topic\r\n1,"a, ""b""\r\nc",x\r\n\r\n2,plain "quoted" text,\r\n3,"",y\r\n';
    expect(await readFile("a.csv", content)).toEqual([
      [2, { id: "1", text: 'a, "b"\nc', metadata: { topic: "x" } }],
      [5, { id: "2", text: 'plain "quoted" text' }],
      [6, { id: "3", text: "", metadata: { topic: "y" } }],
    ]);
  });

  it("loses only the rows that are broken", async () => {
    const content =
      'id,text\n1,a\n2\n3,a,b\n4,"open\n5,fine\n6,"closed"\n7,"a"b\n8,ok\n9,"never closed\n10,still there';
    const items = await readFile("b.csv", content);
    expect(items.filter(([, found]) => typeof found !== "string").map(([line]) => line)).toEqual([2, 6, 7, 9, 11]);
    expect(items.filter(([, found]) => typeof found === "string")).toEqual([
      [3, "1 fields where the header has 2"],
      [4, "3 fields where the header has 2"],
      [5, expect.stringMatching(/^a quote is not closed/)],
      [8, expect.stringMatching(/^a quote is not closed/)],
      [10, expect.stringMatching(/^a quote is not closed/)],
    ]);
  });

  it("takes named columns and other delimiters", async () => {
    const fields = { text: "body", label: "kind", published_at: "when" };
    const expected = [[2, { text: "a,b", label: "k", published_at: "2024-01-01" }]];
    expect(await readFile("c.csv", "body;kind;when\na,b;k;2024-01-01\n", { fields })).toEqual(expected);
    expect(await readFile("d.tsv", "body\tkind\twhen\na,b\tk\t2024-01-01\n", { fields })).toEqual(expected);
  });

  it("lists the columns where one is not there", async () => {
    await expect(readFile("e.csv", "a,b\n1,2\n", { fields: { text: "body" } })).rejects.toThrow(
      /e\.csv has no column "body"; its columns are: a, b$/,
    );
    await expect(readFile("f.csv", "a,b\n1,2\n")).rejects.toThrow(/no column "text".*a, b; name the column.*--text/);
    await expect(readFile("g.csv", "text,b\n1,2\n", { fields: { id: "no" } })).rejects.toThrow(FatalError);
  });
});

describe("text, folders and standard input", () => {
  it("takes a .txt file line by line or whole, a .md file whole", async () => {
    expect(await readFile("a.txt", "one\n\n two \n")).toEqual([[1, { text: "one" }], [3, { text: " two " }]]); // biome-ignore format: short
    const id = join(folder, "a.txt");
    expect(await readFile("a.txt", "one\ntwo", { whole: true })).toEqual([[1, { id, text: "one\ntwo" }]]);
    expect(await readFile("a.md", "# one\ntwo")).toEqual([[1, { id: join(folder, "a.md"), text: "# one\ntwo" }]]);
    expect(await readFile("b.txt", Buffer.from("\ufeffa\nb", "utf16le"))).toEqual([
      [1, expect.stringMatching(/UTF-16/)],
    ]);
  });

  it("reads a folder in order, with paths for ids", async () => {
    const root = join(folder, "notes");
    mkdirSync(join(root, "sub"), { recursive: true });
    writeFileSync(join(root, "b.md"), "B");
    writeFileSync(join(root, "sub", "a.html"), "<p>A");
    writeFileSync(join(root, "a.txt"), "one\ntwo");
    writeFileSync(join(root, "bad.txt"), Buffer.from([0xff]));
    writeFileSync(join(root, "picture.png"), "no");
    const items = await read(root);
    expect(items.map((item) => (item.ok ? item.document : item.reason))).toEqual([
      { id: "a.txt", text: "one\ntwo" },
      { id: "b.md", text: "B" },
      "not valid UTF-8",
      { id: "sub/a.html", text: "<p>A" },
    ]);
    mkdirSync(join(folder, "empty"));
    await expect(read(join(folder, "empty"))).rejects.toThrow(/no \.txt/);
  });

  it.each([
    ["JSON Lines", ['\n {"te', 'xt":"a"}'], { text: "a" }],
    ["a table", ["id,text\n1,a"], { id: "1", text: "a" }],
    ["text", ["a"], { text: "a" }],
    ["gzip in single bytes", Array.from(gzipSync("a"), (byte) => Buffer.from([byte])), { text: "a" }],
  ])("sniffs %s on standard input", async (_, chunks, document) => {
    const items = await read("-", stdin(...chunks));
    expect(items).toEqual([expect.objectContaining({ ok: true, file: "(stdin)", document })]);
  });

  it("takes empty input", async () => {
    for (const format of [undefined, "csv", "jsonl", "text"] as const) {
      expect(await read("-", { ...stdin(), format })).toEqual([]);
    }
  });

  it("says what is not there, and how long what is there is", async () => {
    await expect(read(join(folder, "missing.csv"))).rejects.toThrow(/can't read .*missing\.csv: there is no such file/);
    const path = join(folder, "size.txt");
    writeFileSync(path, "12345");
    expect(await inputBytes(path)).toBe(5);
    expect(await inputBytes(folder)).toBeUndefined();
    const seen: number[] = [];
    await read(path, { onBytes: (bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toBe(5);
  });
});
