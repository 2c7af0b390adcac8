/**
 * Whether a command gives what a page shows. A line `…` in the page stands for any number of lines, a line that ends in `…` for any
 * rest of it. White space counts as one space. Times, rates, moments, versions and random ids are of one run: they match each other.
 * A number with a decimal point may differ by a tenth, because processors round differently; whole numbers may not.
 */

const MOMENTS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<date>"],
  [/^\d\d:\d\d:\d\d /g, "<date> "],
  [/\b[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/g, "<random id>"],
  [/\b[\d.,]+\/s\b/g, "<rate>"],
  [/\b\d+(\.\d+)? m?s\b|\b\d+:\d\d (min|h)\b/g, "<time>"],
  [/"time":[\d.e-]+/g, '"time":<time>'],
  // Of the model or of a point: by how many batches the documents came.
  [/version("?:? ?)\d+/g, "version$1<version>"],
];
const TOLERANCE = 0.1;

/** undefined: it does; else the line of the page that has no match. */
export function mismatch(shown: string, actual: string): string | undefined {
  const wanted = linesOf(shown);
  const got = linesOf(actual);
  let at = 0;
  let skipping = false;
  for (const line of wanted) {
    if (line === "…") {
      skipping = true;
      continue;
    }
    const found = got.findIndex((other, index) => index >= at && isLike(line, other));
    if (found < 0 || (!skipping && found > at)) return line;
    [at, skipping] = [found + 1, false];
  }
  return skipping || at >= got.length ? undefined : `the end, and not: ${got[at]}`;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => MOMENTS.reduce((so, [pattern, name]) => so.replace(pattern, name), line.replace(/\s+/g, " ").trim()))
    .filter((line) => line !== "");
}

function isLike(line: string, other: string): boolean {
  const isCut = line.endsWith("…");
  const wanted = tokensOf(isCut ? line.slice(0, -1) : line);
  const got = tokensOf(other);
  if (isCut ? got.length < wanted.length : got.length !== wanted.length) return false;
  return wanted.every((token, index) => {
    const actual = got[index]!;
    // The last word before the dots may be cut as well.
    if (isCut && index === wanted.length - 1 && actual.startsWith(token)) return true;
    return token === actual || areNear(token, actual);
  });
}

const tokensOf = (line: string): string[] => line.match(/\d+\.\d+(e-?\d+)?|\s+|[^\s\d]+|\d+/g) ?? [];

function areNear(a: string, b: string): boolean {
  if (!/^\d+\.\d/.test(a) || !/^\d+\.\d/.test(b)) return false;
  return Math.abs(Number(a) - Number(b)) <= TOLERANCE * Math.max(1, Number(a));
}
