import type { Note, Prose, Row, Table } from "@eddy/report/report";

export const prose = (text: string): Prose => ({ kind: "prose", text });

/** Where the write-up is silent. */
export const choice = (text: string): Note => ({ kind: "note", about: "choice", text });

/** What the write-up says wrongly. */
export const wrong = (text: string): Note => ({ kind: "note", about: "wrong", text });

/** What could not be done. */
export const limit = (text: string): Note => ({ kind: "note", about: "limit", text });

/** Rows may be lists of cells, or rows with an emphasis. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly (Row["cells"] | Row)[],
  caption?: string,
): Table {
  return {
    kind: "table",
    title,
    columns: columns.map((name) => ({ title: name })),
    rows: rows.map((row) => ("cells" in row ? row : { cells: row })),
    ...(caption !== undefined && { caption }),
  };
}
