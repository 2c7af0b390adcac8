import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, expect, test } from "vitest";
import { fetchPublicSet } from "./fetch-public-set.ts";
import { type PublicDocument, readPublicSet } from "./public-set.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function scratchFolder() {
  const folder = await mkdtemp(join(tmpdir(), "eddy-sets-"));
  undo.push(() => rm(folder, { recursive: true }));
  return folder;
}

const parquet = (text: string[], label?: number[]) =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: "text", data: text, type: "STRING" },
        ...(label ? [{ name: "label", data: label, type: "INT32" as const }] : []),
      ],
    }),
  );

/** Lists and gives files as the hub does; `asked` are the paths with the token that came. */
async function startHub(repository: string, files: Readonly<Record<string, Readonly<Record<string, Buffer>>>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? "-"}`);
    if (request.url === `/api/datasets/${repository}/parquet`) {
      const listing = Object.fromEntries(
        Object.entries(files).map(([configuration, splits]) => [
          configuration,
          Object.fromEntries(Object.keys(splits).map((split) => [split, [`${endpoint}/f/${configuration}/${split}`]])),
        ]),
      );
      return void response.end(JSON.stringify(listing));
    }
    const [, , configuration, split] = request.url!.split("/");
    const file = files[configuration!]?.[split!];
    response.statusCode = file ? 200 : 404;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return { endpoint, asked };
}

async function read(name: string, folder: string): Promise<PublicDocument[]> {
  const rows: PublicDocument[] = [];
  for await (const row of readPublicSet(name, { folder })) rows.push(row);
  return rows;
}

test("AG News: labels by number, ids by place", async () => {
  const folder = await scratchFolder();
  const { endpoint, asked } = await startHub("fancyzhx/ag_news", {
    default: { train: parquet(["Oil falls", "Goal!"], [2, 1]), test: parquet(["Chips & bits"], [3]) },
  });
  await fetchPublicSet("ag_news", { folder, endpoint, token: "t" });
  expect(await read("ag_news", folder)).toEqual([
    { id: "train/0", text: "Oil falls", label: "Business", split: "train" },
    { id: "train/1", text: "Goal!", label: "Sports", split: "train" },
    { id: "test/0", text: "Chips & bits", label: "Sci/Tech", split: "test" },
  ]);
  expect(asked[0]).toBe("/api/datasets/fancyzhx/ag_news/parquet Bearer t");
});

test("20 Newsgroups: the group is the configuration, others than bydate are left out", async () => {
  const folder = await scratchFolder();
  const { endpoint } = await startHub("google-research-datasets/newsgroup", {
    "18828_sci.space": { train: parquet(["old"]) },
    "bydate_sci.space": { train: parquet(["From: a\n\norbit"]), test: parquet(["From: b\n\nmoon"]) },
  });
  await fetchPublicSet("twenty_newsgroups", { folder, endpoint });
  expect(await read("twenty_newsgroups", folder)).toEqual([
    { id: "train/sci.space/0", text: "From: a\n\norbit", label: "sci.space", split: "train" },
    { id: "test/sci.space/0", text: "From: b\n\nmoon", label: "sci.space", split: "test" },
  ]);
});

test("IMDB's rows without a label are left out", async () => {
  const folder = await scratchFolder();
  const { endpoint } = await startHub("stanfordnlp/imdb", {
    plain_text: { test: parquet(["bad", "good"], [0, 1]), unsupervised: parquet(["who knows"], [-1]) },
  });
  await fetchPublicSet("imdb", { folder, endpoint });
  expect((await read("imdb", folder)).map(({ label }) => label)).toEqual(["neg", "pos"]);
});

test("what fails leaves nothing behind, and says why", async () => {
  const folder = await scratchFolder();
  const { endpoint } = await startHub("stanfordnlp/imdb", {});
  await expect(fetchPublicSet("imdb", { folder, endpoint })).rejects.toThrow(
    /has no parquet files of stanfordnlp\/imdb/,
  );
  await expect(fetchPublicSet("ag_news", { folder, endpoint })).rejects.toThrow(/answers 404 to \/api\/datasets/);
  await expect(fetchPublicSet("imdb", { folder, endpoint: "http://127.0.0.1:1" })).rejects.toThrow(/can't be reached/);
  expect(existsSync(join(folder, "imdb.jsonl.gz"))).toBe(false);
});
