const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = new Set([0x20, 0x09, CARRIAGE_RETURN]);

/** A line without its end, or how long one was that went over the limit. Numbers count from 1, blank lines too. */
export type Line = { readonly number: number } & ({ readonly bytes: Buffer } | { readonly tooLong: number });

export interface LineSplitter {
  /** The lines that this chunk ends; blank ones are left out. They may share the chunk's memory. */
  push(chunk: Buffer): Line[];
  /** What stands after the last line end, if anything. */
  end(): Line[];
}

/** Cuts a stream of bytes into lines; holds at most `maxBytes` of a line that has not ended yet. */
export function createLineSplitter(maxBytes: number): LineSplitter {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;

  function hold(part: Buffer): void {
    length += part.length;
    if (length > maxBytes + 1) parts = [];
    else parts.push(part);
  }

  function take(part: Buffer): Line | undefined {
    if (part.length > 0) hold(part);
    const held = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const total = length;
    parts = [];
    length = 0;
    number += 1;
    if (total > maxBytes + 1) return { number, tooLong: total };
    const bytes = held.at(-1) === CARRIAGE_RETURN ? held.subarray(0, -1) : held;
    if (bytes.length > maxBytes) return { number, tooLong: bytes.length };
    return isBlank(bytes) ? undefined : { number, bytes };
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        const line = take(chunk.subarray(from, at));
        if (line) lines.push(line);
        from = at + 1;
      }
      if (from < chunk.length) hold(chunk.subarray(from));
      return lines;
    },
    end() {
      const line = take(Buffer.alloc(0));
      return line ? [line] : [];
    },
  };
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (!BLANK.has(byte)) return false;
  return true;
}
