/** The fields of a document that a column can hold, the text first: it alone must be there. */
export const fields = ["text", "title", "id", "label", "source", "published_at"] as const;
export type Field = (typeof fields)[number];
/** The column of each field. */
export type Columns = Readonly<Partial<Record<Field, string>>>;

export interface TableHeader {
  readonly names: readonly string[];
  /** The rows that follow, as far as they were looked at. */
  readonly examples: readonly (readonly string[])[];
}

/** The header of a table and some rows, from the beginning of its text. As `eddy publish` reads it: RFC 4180. */
export function readHeader(text: string, tabs: boolean, rows = 3): TableHeader {
  const head = text.replace(/^\ufeff/, "");
  const delimiter = tabs ? "\t" : sniffDelimiter(head.split("\n", 1)[0] ?? "");
  const [names = [], ...examples] = readRows(head, delimiter, rows + 1);
  return { names: names.map((name) => name.trim()), examples };
}

/** The delimiter that stands most often in a header, quotes aside. */
export function sniffDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const times = (delimiter: string) => bare.split(delimiter).length;
  return [",", "\t", ";", "|"].reduce((best, next) => (times(next) > times(best) ? next : best));
}

function readRows(text: string, delimiter: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const sign = text[at]!;
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && field === "") quoted = true;
    else if (sign === delimiter) {
      row.push(field);
      field = "";
    } else if (sign === "\n") {
      row.push(field.replace(/\r$/, ""));
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
      field = "";
    } else field += sign;
  }
  if (rows.length < most && (field !== "" || row.length > 0)) rows.push([...row, field.replace(/\r$/, "")]);
  return rows;
}

/** What each field is likely to be called, besides its own name. */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  text: ["body", "content", "description", "message", "abstract", "summary", "review", "article", "sentence"],
  title: ["headline", "subject", "name"],
  id: ["document_id", "doc_id", "uuid", "guid", "key"],
  label: ["category", "class", "topic", "section", "target"],
  source: ["publisher", "site", "feed", "origin"],
  published_at: ["date", "published", "timestamp", "created_at", "time", "datetime"],
};

/** A first choice for the reader to change: columns with a field's own name, then those with a likely one. */
export function guessColumns(names: readonly string[]): Columns {
  const found: Partial<Record<Field, string>> = {};
  const free = () => names.filter((name) => !Object.values(found).includes(name));
  for (const wanted of [(field: Field) => [field], (field: Field) => ALIASES[field]] as const) {
    for (const field of fields) {
      found[field] ??= free().find((name) => wanted(field).some((alias) => alias === name.toLowerCase()));
    }
  }
  for (const field of fields) if (found[field] === undefined) delete found[field];
  return found;
}

/** Every field is named: what was left out is meant to have no column, though one may be called so. */
export function columnsQuery(columns: Columns): string {
  return new URLSearchParams(fields.map((field) => [field, columns[field] ?? ""])).toString();
}
