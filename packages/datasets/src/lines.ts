import { isUtf8 } from "node:buffer";
import { brokenInput } from "./bytes.ts";

/** A line of text without its end, or why it can't be read. Numbers count from 1. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: string };

/** Longer lines are skipped, so that memory stays bounded. */
export const longestLineBytes = 16 * 2 ** 20;

/**
 * Cuts UTF-8 bytes into lines at \n or \r\n. A line that is too long, not UTF-8 or has a NUL comes as a fault and the
 * lines after it are read; so does the place where the input breaks off.
 */
export async function* readLines(source: AsyncIterable<Buffer>, longest = longestLineBytes): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const finish = (): Line => {
    number++;
    const line =
      size > longest ? { number, fault: `longer than ${longest} bytes` } : toLine(Buffer.concat(parts), number);
    parts = [];
    size = 0;
    return line;
  };
  const take = (bytes: Buffer) => {
    size += bytes.length;
    if (size > longest) parts = [];
    else parts.push(bytes);
  };
  try {
    for await (const chunk of source) {
      let from = 0;
      for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
        take(chunk.subarray(from, end));
        const line = finish();
        yield line;
        if ("fault" in line && line.fault === utf16) return;
        from = end + 1;
      }
      if (from < chunk.length) take(chunk.subarray(from));
    }
    if (size > 0) yield finish();
  } catch (error) {
    const reason = brokenInput(error);
    if (reason === undefined) throw error;
    yield { number: number + 1, fault: `${reason}; ${number} whole lines were read before` };
  }
}

const utf16 = "UTF-16, which is not read: save the file as UTF-8";

function toLine(bytes: Buffer, number: number): Line {
  const text = decodeUtf8(bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes, number === 1);
  return typeof text === "string" ? { number, text } : { number, ...text };
}

/** Text, or why the bytes are none. A byte-order mark is dropped from the start of a file. */
export function decodeUtf8(bytes: Buffer, start: boolean): string | { fault: string } {
  if (start && bytes.length > 1 && (bytes.readUInt16BE(0) === 0xfeff || bytes.readUInt16BE(0) === 0xfffe)) {
    return { fault: utf16 };
  }
  if (!isUtf8(bytes)) return { fault: "not valid UTF-8" };
  if (bytes.includes(0)) return { fault: "has a NUL byte (a binary file?)" };
  const text = bytes.toString("utf8");
  return start && text.startsWith("\ufeff") ? text.slice(1) : text;
}
