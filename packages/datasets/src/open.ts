import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { FatalError } from "@eddy/contracts/errors";
import { unpacked } from "./bytes.ts";
import type { FieldNames, Item } from "./item.ts";
import { readLines } from "./lines.ts";
import { readCsv } from "./read-csv.ts";
import { readFolder } from "./read-folder.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readTextLines, readWholeText } from "./read-text.ts";

export type Format = "jsonl" | "csv" | "tsv" | "text" | "whole";

export interface OpenOptions {
  /** By default told by the name (.jsonl, .ndjson, .json, .csv, .tsv, .txt, .md, .html; .gz after it), else by the first bytes. */
  readonly format?: Format;
  readonly fields?: FieldNames;
  /** A .txt file is one document, not one a line. (.md and .html files always are one.) */
  readonly whole?: boolean;
  /** What "-" reads. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Told the bytes read so far, packed as they are, for a progress bar against `inputBytes`. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * The documents of a file, of a folder's text files, or of standard input ("-"), in order, unpacked where gzipped. What can't be read
 * comes as an item with file, line and reason, and reading goes on.
 * @throws FatalError CONFIG_INVALID, on the first item, where the path is not there or a column is unknown.
 */
export async function* openDocuments(path: string, options: OpenOptions = {}): AsyncGenerator<Item> {
  if (path === "-") {
    yield* readStream(options.stdin ?? process.stdin, "(stdin)", options);
    return;
  }
  const about = await lookAt(path);
  if (about.isDirectory()) yield* readFolder(path);
  else yield* readStream(createReadStream(path), path, options);
}

/** The size of a file; undefined for a folder, a pipe or standard input. */
export async function inputBytes(path: string): Promise<number | undefined> {
  if (path === "-") return undefined;
  const about = await lookAt(path);
  return about.isFile() ? about.size : undefined;
}

async function lookAt(path: string) {
  let handle: FileHandle | undefined;
  try {
    const about = await stat(path);
    if (about.isFile()) handle = await open(path, "r"); // so that a missing right is told now
    return about;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOENT" ? "there is no such file or folder" : code === "EACCES" ? "no right to read it" : code;
    throw new FatalError("CONFIG_INVALID", `can't read ${path}: ${why}`, { cause: error });
  } finally {
    await handle?.close();
  }
}

async function* readStream(source: AsyncIterable<Uint8Array>, file: string, options: OpenOptions) {
  const bytes = unpacked(options.onBytes ? counted(source, options.onBytes) : source);
  const named = options.format ?? formatOfName(file);
  const { head, all } = named ? { head: "", all: bytes } : await peek(bytes);
  const format = named ?? sniffFormat(head, options.fields);
  const { fields } = options;
  if (format === "whole" || (format === "text" && options.whole)) {
    yield await readWholeText(all, { file, ...(file === "(stdin)" ? {} : { id: file }) });
    return;
  }
  const lines = readLines(all);
  if (format === "jsonl") yield* readJsonl(lines, { file, fields });
  else if (format === "csv") yield* readCsv(lines, { file, fields });
  else if (format === "tsv") yield* readCsv(lines, { file, fields, delimiter: "\t" });
  else yield* readTextLines(lines, { file });
}

function formatOfName(file: string): Format | undefined {
  const name = file.toLowerCase().replace(/\.gz$/, "");
  if (/\.(jsonl|ndjson|json)$/.test(name)) return "jsonl";
  if (/\.csv$/.test(name)) return "csv";
  if (/\.(tsv|tab)$/.test(name)) return "tsv";
  if (/\.(txt|text|log)$/.test(name)) return "text";
  return /\.(md|markdown|html?)$/.test(name) ? "whole" : undefined;
}

/** An object = JSON Lines; a table if a column was named, or if the first line has a delimited `text`; else text. */
export function sniffFormat(head: string, fields: FieldNames = {}): Format {
  const start = head.replace(/^\ufeff/, "").trimStart();
  if (/^[{[]/.test(start)) return "jsonl";
  const header = start.split("\n", 1)[0]!.trim();
  if (fields.text !== undefined) return "csv";
  return /[,;|\t]/.test(header) && header.split(/[,;|\t]/).some((name) => /^"?text"?$/i.test(name.trim()))
    ? "csv"
    : "text";
}

async function peek(bytes: AsyncGenerator<Buffer>): Promise<{ head: string; all: AsyncIterable<Buffer> }> {
  const held: Buffer[] = [];
  let failure: unknown;
  let blank = true;
  while (blank) {
    try {
      const next = await bytes.next();
      if (next.done) break;
      held.push(next.value);
      blank = next.value.toString("latin1").trim() === "";
    } catch (error) {
      failure = error; // told in its place, after what was read
      break;
    }
  }
  async function* all() {
    try {
      yield* held;
      if (failure) throw failure;
      yield* bytes;
    } finally {
      await bytes.return(undefined);
    }
  }
  return { head: Buffer.concat(held).toString("utf8"), all: all() };
}

async function* counted(source: AsyncIterable<Uint8Array>, tell: (bytes: number) => void) {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    tell(total);
    yield chunk;
  }
}
