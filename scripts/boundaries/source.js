/**
 * Reading of TypeScript just deep enough to find imports and the use of globals: TypeScript 7 has no parser to call from
 * JavaScript, and comments and strings must not count.
 */

const REGEX_MAY_FOLLOW =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await))$/;

/**
 * The source with its comments blanked (`code`), and with its strings and regular expressions blanked too (`bare`). Both
 * keep the length and the line ends, so that an index means the same place in all three.
 *
 * @param {string} source
 * @returns {{ code: string, bare: string }}
 */
export function strip(source) {
  const code = source.split("");
  const bare = source.split("");
  /** @param {string[]} text @param {number} from @param {number} to */
  const blank = (text, from, to) => {
    for (let i = from; i < to && i < text.length; i++) if (text[i] !== "\n") text[i] = " ";
  };
  /** Depths of braces at which a template's `${` was opened. @type {number[]} */
  const templates = [];
  let depth = 0;
  let before = "";

  /** The index after a template's text that starts at `from`: at its end, or inside `${`. @param {number} from */
  const templateEnd = (from) => {
    let i = from;
    while (i < source.length && source[i] !== "`" && !source.startsWith("${", i)) i += source[i] === "\\" ? 2 : 1;
    blank(bare, from, i);
    if (source[i] === "$") {
      templates.push(depth);
      depth += 1;
      return i + 2;
    }
    before = "`";
    return i + 1;
  };

  for (let i = 0; i < source.length; ) {
    const char = source[i] ?? "";
    if (source.startsWith("//", i) || source.startsWith("/*", i)) {
      const close = source[i + 1] === "/" ? source.indexOf("\n", i) : source.indexOf("*/", i) + 2;
      const end = close < i + 2 ? source.length : close;
      blank(code, i, end);
      blank(bare, i, end);
      i = end;
    } else if (char === '"' || char === "'" || (char === "/" && REGEX_MAY_FOLLOW.test(before))) {
      const end = literalEnd(source, i);
      blank(bare, i + 1, end - 1);
      before = char;
      i = end;
    } else if (char === "`") {
      i = templateEnd(i + 1);
    } else {
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      if (char === "}" && templates.at(-1) === depth) {
        templates.pop();
        i = templateEnd(i + 1);
        continue;
      }
      if (char.trim() !== "") before = /\w/.test(char) && /\w$/.test(source[i - 1] ?? "") ? before + char : char;
      i += 1;
    }
  }
  return { code: code.join(""), bare: bare.join("") };
}

/**
 * The index after the string or regular expression that starts at `from`; it ends with the line at the latest.
 *
 * @param {string} source
 * @param {number} from
 */
function literalEnd(source, from) {
  const quote = source[from];
  let inClass = false;
  for (let i = from + 1; i < source.length; i++) {
    const char = source[i];
    if (char === "\\") i += 1;
    else if (char === "\n") return i;
    else if (quote === "/" && char === "[") inClass = true;
    else if (quote === "/" && char === "]") inClass = false;
    else if (char === quote && !inClass) return i + 1;
  }
  return source.length;
}

const IMPORTS = [
  /\b(?:import|export)\b\s*(?:type\b\s*)?(?:[\w$*{}\s,]+?\bfrom\b\s*)?(["'])([^"'\n]+)\1/g,
  /\b(?:import|require|require\.resolve|import\.meta\.resolve)\s*\(\s*(["'`])([^"'`\n]+)\1/g,
];

/**
 * What a source imports or re-exports, in order, each once.
 *
 * @param {string} source
 * @returns {string[]}
 */
export function importsOf(source) {
  const { code, bare } = strip(source);
  const found = IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)])
    .filter((match) => /\S/.test(bare[match.index] ?? ""))
    .map((match) => match[2] ?? "");
  return [...new Set(found)];
}
