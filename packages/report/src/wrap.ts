/** Lines of text no wider than the terminal. */
import { displayWidth, oneLine } from "./display-width.ts";

/**
 * Broken at blanks; a word that is wider than the line stands alone. The first line begins with `first`, the others with `indent`
 * (as many blanks), and both count.
 */
export function wrap(text: string, width: number, first = "", indent = " ".repeat(displayWidth(first))): string {
  const lines: string[] = [];
  let line = "";
  let used = displayWidth(first);
  for (const word of oneLine(text).split(" ")) {
    const wide = displayWidth(word);
    if (line !== "" && used + 1 + wide > width) {
      lines.push(line);
      line = "";
      used = indent.length;
    }
    used += line === "" ? wide : 1 + wide;
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, at) => `${at === 0 ? first : indent}${each}`).join("\n");
}
