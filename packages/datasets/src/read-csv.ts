import { FatalError } from "@eddy/contracts/errors";
import { readRecords } from "./csv-record.ts";
import { type FieldNames, type FoundDocument, fieldNames, type Item } from "./item.ts";
import type { Line } from "./lines.ts";

export interface CsvOptions {
  readonly file: string;
  /** Columns that hold the fields; by default those of the fields' own names, in any case. "": none, not that of its name either. */
  readonly fields?: FieldNames;
  /** By default the one of `, ; tab |` that the header has most of. */
  readonly delimiter?: string;
  /** Most that a row over lines may have; as the longest line by default. */
  readonly mostBytes?: number;
  /** How the reader's user names the column of the text: `--text` by default. */
  readonly naming?: string;
}

/**
 * A table with a header. Columns that are no field of a document go to `metadata`; empty cells are left out.
 * @throws FatalError CONFIG_INVALID where a column that was named, or one for the text, is not there.
 */
export async function* readCsv(lines: AsyncIterable<Line>, options: CsvOptions): AsyncGenerator<Item> {
  const { file, mostBytes } = options;
  const source = lines[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const { delimiter = "fault" in first.value ? "," : sniffDelimiter(first.value.text) } = options;
  let columns: Columns | undefined;
  for await (const record of readRecords(startingWith(first.value, source), delimiter, mostBytes)) {
    const at = { file, line: record.line };
    if ("fault" in record) yield { ok: false, ...at, reason: record.fault };
    else if (!columns) columns = findColumns(record.fields, options);
    else if (record.fields.length !== columns.names.length) {
      const reason = `${record.fields.length} fields where the header has ${columns.names.length}`;
      yield { ok: false, ...at, reason };
    } else yield { ok: true, document: toDocument(record.fields, columns), ...at };
  }
}

async function* startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

interface Columns {
  readonly names: readonly string[];
  /** For each column the field it holds, if any. */
  readonly fields: readonly (string | undefined)[];
}

/** The delimiter that stands most often in a header, quotes aside. */
export function sniffDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const times = (delimiter: string) => bare.split(delimiter).length;
  return [",", "\t", ";", "|"].reduce((best, next) => (times(next) > times(best) ? next : best));
}

function findColumns(header: readonly string[], { file, fields = {}, naming = "--text" }: CsvOptions): Columns {
  const names = header.map((name) => name.trim());
  const holds = new Array<string | undefined>(names.length).fill(undefined);
  const used: string[] = [];
  for (const field of fieldNames) {
    if (fields[field] === "") continue;
    const wanted = fields[field] ?? field;
    let at = names.indexOf(wanted);
    if (at < 0) at = names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
    if (at >= 0) holds[at] = field;
    else if (fields[field] !== undefined || field === "text") {
      const hint = fields[field] === undefined ? `; name the column that holds the text with ${naming}` : "";
      throw new FatalError(
        "CONFIG_INVALID",
        `${file} has no column "${wanted}"; its columns are: ${names.join(", ")}${hint}`,
      );
    }
    if (at >= 0) used.push(wanted);
  }
  return { names, fields: holds };
}

function toDocument(cells: readonly string[], { names, fields }: Columns): FoundDocument {
  const document: Record<string, unknown> = { text: "" };
  const metadata: [string, string][] = [];
  cells.forEach((cell, i) => {
    if (cell === "") return;
    const field = fields[i];
    if (field) document[field] = cell;
    else metadata.push([names[i]!, cell]);
  });
  // fromEntries, because a column may be called __proto__
  if (metadata.length > 0) document.metadata = Object.fromEntries(metadata);
  return document;
}
