/**
 * 20 Newsgroups without headers, footers and quotes, as scikit-learn's `fetch_20newsgroups(remove=("headers", "footers",
 * "quotes"))` does it (sklearn/datasets/_twenty_newsgroups.py, 1.9), to the character: published figures rest on it.
 */
export function cleanNewsgroupPost(post: string): string {
  return stripQuotes(stripFooter(stripHeader(post)));
}

/** All up to the first blank line goes; without one, everything. */
export function stripHeader(post: string): string {
  const blank = post.indexOf("\n\n");
  return blank < 0 ? "" : post.slice(blank + 2);
}

/** Goes from the last line that is blank or made of dashes, if it isn't the first. */
export function stripFooter(text: string): string {
  const lines = pythonStrip(text).split("\n");
  let at = lines.length - 1;
  while (at > 0 && !/^-*$/.test(pythonStrip(lines[at]!))) at--;
  return at > 0 ? lines.slice(0, at).join("\n") : text;
}

const quote = /(writes in|writes:|wrote:|says:|said:|^In article|^Quoted from|^\||^>)/;

/** Lines that quote or say who is quoted go. */
export function stripQuotes(text: string): string {
  return text
    .split("\n")
    .filter((line) => !quote.test(line))
    .join("\n");
}

/** Python's str.strip(): its white space has the separators U+001C to U+001F and U+0085, and no U+FEFF. */
function pythonStrip(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isPythonSpace(text[from]!)) from++;
  while (to > from && isPythonSpace(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function isPythonSpace(c: string): boolean {
  return (c >= "\x1c" && c <= "\x1f") || c === "\x85" || (c !== "\ufeff" && /\s/.test(c));
}

/** Nothing left but white space, as `not text.strip()` in Python. */
export function isBlankPost(text: string): boolean {
  return pythonStrip(text) === "";
}
