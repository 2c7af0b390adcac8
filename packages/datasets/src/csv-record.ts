import { type Line, longestLineBytes } from "./lines.ts";

/** The fields of one record and the line it began on, or why it can't be read. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** A field in quotes may go over this many lines, and a record be so long; beyond that, the quote was never closed. */
const mostLines = 1_000;

/**
 * RFC 4180 records over lines. A record whose quotes are wrong costs its first line only: the lines that it had taken
 * in are read again by themselves. (Common parsers stop there, or swallow the rest of the file.)
 */
export async function* readRecords(lines: AsyncIterable<Line>, delimiter: string): AsyncGenerator<CsvRecord> {
  let held: Extract<Line, { text: string }>[] = [];
  let characters = 0;
  let parser = createParser(delimiter);

  function* push(line: Extract<Line, { text: string }>): Generator<CsvRecord> {
    held.push(line);
    characters += line.text.length;
    const state = parser.push(line.text);
    if (state === "open" && held.length < mostLines && characters <= longestLineBytes) return;
    if (state === "open" || state === "broken") yield* abandon();
    else {
      yield { line: held[0]!.number, fields: state };
      reset();
    }
  }
  function* abandon(): Generator<CsvRecord> {
    const [first, ...rest] = held;
    reset();
    if (!first) return;
    yield { line: first.number, fault: 'a quote is not closed, or a quote inside a field is not doubled ("")' };
    for (const line of rest) yield* push(line);
  }
  function reset() {
    held = [];
    characters = 0;
    parser = createParser(delimiter);
  }

  for await (const line of lines) {
    if ("fault" in line) {
      while (held.length > 0) yield* abandon();
      yield { line: line.number, fault: line.fault };
    } else if (held.length > 0 || line.text !== "") yield* push(line);
  }
  while (held.length > 0) yield* abandon();
}

/** Takes a record line by line: its fields once it is whole, "open" within quotes, "broken" where quotes are wrong. */
function createParser(delimiter: string) {
  const fields: string[] = [];
  let open: string | undefined; // what a field in quotes has so far
  return {
    push(line: string): readonly string[] | "open" | "broken" {
      let at = 0;
      if (open !== undefined) open += "\n";
      for (;;) {
        if (open === undefined && line[at] === '"') {
          open = "";
          at++;
        }
        if (open !== undefined) {
          const quote = line.indexOf('"', at);
          if (quote < 0) {
            open += line.slice(at);
            return "open";
          }
          open += line.slice(at, quote);
          at = quote + 1;
          if (line[at] === '"') {
            open += '"';
            at++;
            continue;
          }
          fields.push(open);
          open = undefined;
          if (at >= line.length) return fields;
          if (!line.startsWith(delimiter, at)) return "broken";
          at += delimiter.length;
        } else {
          const end = line.indexOf(delimiter, at);
          fields.push(line.slice(at, end < 0 ? undefined : end));
          if (end < 0) return fields;
          at = end + delimiter.length;
        }
      }
    },
  };
}
