import { FatalError } from "@eddy/contracts/errors";
import type { FieldNames, fieldNames, Item } from "@eddy/datasets/item";
import { longestLineBytes, readLines } from "@eddy/datasets/lines";
import { readCsv } from "@eddy/datasets/read-csv";
import { HttpFault } from "@eddy/runtime/http-fault";
import { z } from "zod";
import type { Body } from "./body.ts";

const column = z.string().optional();

/**
 * Columns of a table that hold the fields of a document, as `eddy publish` names them; by default those of the fields' own names. An empty
 * one: no column holds it.
 */
export const columnsQuery = z.strictObject({
  text: z
    .string()
    .min(1, "is empty: give the name of a column")
    .optional()
    .describe("CSV and TSV: the column that holds the text."),
  id: column.describe("CSV and TSV: the column that holds it, as of those below; empty: none, whatever its name."),
  title: column,
  label: column,
  source: column,
  published_at: column,
} satisfies Record<(typeof fieldNames)[number], z.ZodType>);

export interface TableOptions {
  readonly format: "csv" | "tsv";
  readonly columns: FieldNames;
  /** Of a line. */
  readonly maxBytes: number;
}

/**
 * The rows of a table with a header, one after the other, as they come. Columns that are no field go to `metadata`. A row that can't be
 * read comes as an item that says why. Throws HttpFault INVALID_PARAMETER where a column is not there.
 */
export async function* readTable(body: Body, { format, columns, maxBytes }: TableOptions): AsyncGenerator<Item> {
  const lines = readLines(chunksOf(body), maxBytes);
  const delimiter = format === "tsv" ? { delimiter: "\t" } : {};
  // A row over lines that is too large for a document is to be refused as such, and not to be taken for a quote that nobody closed.
  const mostBytes = Math.max(longestLineBytes, 2 * maxBytes);
  const options = { file: "the table", fields: columns, naming: "?text=", mostBytes, ...delimiter };
  try {
    yield* readCsv(lines, options);
  } catch (error) {
    if (error instanceof FatalError && error.code === "CONFIG_INVALID")
      throw new HttpFault("INVALID_PARAMETER", error.message);
    throw error;
  }
}

async function* chunksOf(body: Body): AsyncGenerator<Buffer> {
  for (let chunk = await body.next(); chunk; chunk = await body.next()) yield chunk;
}
