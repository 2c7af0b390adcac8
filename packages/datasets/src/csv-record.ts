import { type Line, longestLineBytes } from "./lines.ts";

/** The fields of one record and the line it began on, or why it can't be read. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly fault: string };

/**
 * A line that was taken into a record whose quotes were wrong is read again; the fourth time it is read by itself, whatever quote it opens.
 * Otherwise each of many lines such as `a","b` could have all the lines after it read once more.
 */
const mostReadings = 4;
/** What it costs about to hold a line, beside its bytes. */
const lineBytes = 64;

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

/**
 * Lines are held as `texts`, one after the other, `first` being the number of the first. Those before `begin` are done with; from there to
 * `at` goes the record that is open. To give a record up is to go back behind its first line.
 */
function createRecordReader(delimiter: string, mostBytes: number) {
  let texts: string[] = [];
  let readings: number[] = [];
  let [first, begin, at, bytes] = [0, 0, 0, 0];
  let parser = createParser(delimiter);

  function go(to: number): void {
    begin = at = to;
    bytes = 0;
    parser = createParser(delimiter);
  }

  function giveUp(): CsvRecord {
    const fault = 'a quote is not closed, or a quote inside a field is not doubled ("")';
    const record = { line: first + begin, fault };
    go(begin + 1);
    return record;
  }

  function isWithin(text: string): boolean {
    if (at - begin === 1 && readings[begin]! >= mostReadings) return false;
    bytes += Buffer.byteLength(text) + lineBytes;
    return bytes <= mostBytes;
  }

  function* read(): Generator<CsvRecord> {
    while (at < texts.length) {
      const text = texts[at]!;
      if (at === begin && text === "") {
        go(at + 1);
        continue;
      }
      readings[at]! += 1;
      at += 1;
      const state = parser.push(text);
      if (state === "open" && isWithin(text)) continue;
      if (typeof state === "string") yield giveUp();
      else {
        yield { line: first + begin, fields: state };
        go(at);
      }
    }
    forget();
  }

  function forget(): void {
    if (begin < texts.length && (begin < 1_024 || begin < texts.length / 2)) return;
    texts = texts.slice(begin);
    readings = readings.slice(begin);
    first += begin;
    at -= begin;
    begin = 0;
  }

  return {
    push({ number, text }: Extract<Line, { text: string }>): Generator<CsvRecord> {
      if (texts.length === 0) first = number;
      texts.push(text);
      readings.push(0);
      return read();
    },
    /** Nothing more comes. */
    *end(): Generator<CsvRecord> {
      while (begin < texts.length) {
        yield giveUp();
        yield* read();
      }
    },
  };
}

/** Takes a record line by line: its fields once it is whole, "open" within quotes, "broken" where quotes are wrong. */
function createParser(delimiter: string) {
  const fields: string[] = [];
  let open: string[] | undefined; // the lines so far of a field in quotes
  return {
    push(line: string): readonly string[] | "open" | "broken" {
      let at = 0;
      let piece = ""; // what the field in quotes has of this line
      for (;;) {
        if (open === undefined && line[at] === '"') {
          open = [];
          at++;
        }
        if (open !== undefined) {
          const quote = line.indexOf('"', at);
          if (quote < 0) {
            open.push(piece + line.slice(at));
            return "open";
          }
          piece += line.slice(at, quote);
          at = quote + 1;
          if (line[at] === '"') {
            piece += '"';
            at++;
            continue;
          }
          open.push(piece);
          fields.push(open.join("\n"));
          open = undefined;
          piece = "";
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
