import { type Line, longestLineBytes } from "./lines.ts";

/** The fields of one record and the line it began on, or why it can't be read. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly fault: string };

type Text = Extract<Line, { text: string }>;

/**
 * A line that was taken into a record whose quotes were wrong is read again; the eighth time it is read by itself, whatever quote it
 * opens. Otherwise each of many lines such as `a","b` could have all the lines after it read once more.
 */
const mostReadings = 8;

/**
 * RFC 4180 records over lines. A record whose quotes are wrong, or that has not ended after `mostBytes`, costs its first line only: the
 * lines that it had taken in are read again by themselves. (Common parsers stop there, or swallow the rest of the file.) Holds about
 * `mostBytes` of one record.
 */
export async function* readRecords(
  lines: AsyncIterable<Line>,
  delimiter: string,
  mostBytes = longestLineBytes,
): AsyncGenerator<CsvRecord> {
  const reader = createRecordReader(delimiter, mostBytes);
  for await (const line of lines) {
    if ("fault" in line) {
      yield* reader.end();
      yield { line: line.number, fault: line.fault };
    } else yield* reader.push(line);
  }
  yield* reader.end();
}

function createRecordReader(delimiter: string, mostBytes: number) {
  /** Lines of the record that is open, and how often each was read. */
  let held: { readonly line: Text; readonly readings: number }[] = [];
  let bytes = 0;
  let parser = createParser(delimiter);

  /** Gives up the open record: the lines after its first one are to be read again, before all others. */
  function* abandon(): Generator<CsvRecord, typeof held> {
    const [first, ...again] = held;
    if (first) yield { line: first.line.number, fault: wrongQuotes };
    reset();
    return again;
  }
  function reset() {
    held = [];
    bytes = 0;
    parser = createParser(delimiter);
  }
  function* read(waiting: typeof held): Generator<CsvRecord> {
    // The next one last.
    const queue = waiting.reverse();
    for (let next = queue.pop(); next; next = queue.pop()) {
      const { line } = next;
      if (held.length === 0 && line.text === "") continue;
      const readings = next.readings + 1;
      held.push({ line, readings });
      const state = parser.push(line.text);
      const isOpen = state === "open" && (held.length > 1 || readings < mostReadings);
      if (isOpen) bytes += Buffer.byteLength(line.text) + 1;
      if (isOpen && bytes <= mostBytes) continue;
      if (typeof state === "string") for (const again of (yield* abandon()).reverse()) queue.push(again);
      else {
        yield { line: held[0]!.line.number, fields: state };
        reset();
      }
    }
  }
  return {
    push: (line: Text) => read([{ line, readings: 0 }]),
    /** Nothing more comes. */
    *end(): Generator<CsvRecord> {
      while (held.length > 0) yield* read(yield* abandon());
    },
  };
}

const wrongQuotes = 'a quote is not closed, or a quote inside a field is not doubled ("")';

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
