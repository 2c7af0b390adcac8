import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineSplitter, type Line } from "./line-splitter.ts";

const MAX = 8;

function split(bytes: Buffer, cuts: readonly number[]): Line[] {
  const splitter = createLineSplitter(MAX);
  const lines: Line[] = [];
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    lines.push(...splitter.push(bytes.subarray(from, end)));
    from = end;
  }
  return [...lines, ...splitter.end()];
}

/** The same, the simple way. */
function expected(bytes: Buffer): Line[] {
  return bytes
    .toString("latin1")
    .split("\n")
    .flatMap((raw, index): Line[] => {
      const number = index + 1;
      if (raw.length > MAX + 1) return [{ number, tooLong: raw.length }];
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line.length > MAX) return [{ number, tooLong: line.length }];
      return /^[ \t\r]*$/.test(line) ? [] : [{ number, bytes: Buffer.from(line, "latin1") }];
    });
}

test("however the stream is cut, the lines are the same", () => {
  const byte = fc.constantFrom(0x0a, 0x0a, 0x0d, 0x20, 0x61, 0xff, 0x00);
  const bytes = fc.array(byte, { maxLength: 80 }).map((list) => Buffer.from(list));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(100), { maxLength: 10 }), (stream, cuts) => {
      expect(split(stream, cuts)).toEqual(expected(stream));
    }),
  );
});

test("a line without an end is not kept past the limit", () => {
  const splitter = createLineSplitter(1_000);
  const chunk = Buffer.alloc(64 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 2_000; n++) splitter.push(Buffer.from(chunk));
  expect(splitter.end()).toEqual([{ number: 1, tooLong: 2_000 * chunk.length }]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
});
