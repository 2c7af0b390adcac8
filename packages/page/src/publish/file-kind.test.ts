import { expect, it } from "vitest";
import { fileKindOf } from "./file-kind.ts";

it.each([
  ["News.JSONL", "lines", "application/x-ndjson", false],
  ["a.ndjson.gz", "lines", "application/x-ndjson", true],
  ["a.csv", "table", "text/csv", false],
  ["a.b.TSV.GZ", "table", "text/tab-separated-values", true],
  ["log.txt", "text", "application/x-ndjson", false],
  ["README.md", "whole", "application/json", false],
] as const)("%s", (name, kind, contentType, gzipped) => {
  expect(fileKindOf(name)).toEqual({ kind, contentType, gzipped });
});

it.each(["picture.png", "archive.gz", "csv", ""])("%s is none that is read", (name) => {
  expect(fileKindOf(name)).toBeUndefined();
});
