/** The fenced blocks of a page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const readPage = (page: string): string => readFileSync(join(root, page), "utf8");

export interface Block {
  /** Where its fence is, from 1. */
  readonly line: number;
  /** Of the section that it is in; "" before the first. */
  readonly heading: string;
  /** What stands after the fence: `sh`, `console`, `python` … */
  readonly language: string;
  /** With its last line end. */
  readonly text: string;
  /** The prose between it and the block before it. */
  readonly before: string;
}

/** In the order of the page. Throws where a fence is not closed. */
export function blocksOf(page: string, text = readPage(page)): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let before = "";
  let open: { readonly line: number; readonly language: string; text: string } | undefined;
  for (const [at, row] of text.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(row);
    if (open && fence) {
      blocks.push({ ...open, heading, before });
      [open, before] = [undefined, ""];
    } else if (open) open.text += `${row}\n`;
    else if (fence) open = { line: at + 1, language: fence[1]!.trim(), text: "" };
    else {
      heading = /^#+ (.+)$/.exec(row)?.[1] ?? heading;
      before += `${row}\n`;
    }
  }
  if (open) throw new Error(`${page}:${open.line}: a block without an end`);
  return blocks;
}

export interface Exchange {
  readonly command: string;
  /** What the page shows of its output, with its last line end; "" = nothing. */
  readonly output: string;
}

/** A `console` block: lines after `$ ` are typed, lines after `> ` go on with them, the rest is what came. */
export function exchangesOf(text: string): Exchange[] {
  const exchanges: { command: string; output: string }[] = [];
  for (const row of text.trimEnd().split("\n")) {
    const last = exchanges.at(-1);
    if (row.startsWith("$ ")) exchanges.push({ command: row.slice(2), output: "" });
    else if (last === undefined) throw new Error(`a console block begins with "$ ", not with: ${row}`);
    else if (row.startsWith("> ") && last.output === "") last.command += `\n${row.slice(2)}`;
    else last.output += `${row}\n`;
  }
  return exchanges;
}

/** The commands of a block that is run; undefined: it is none. */
export function commandsOf({ language, text }: Block): string[] | undefined {
  if (language === "console") return exchangesOf(text).map(({ command }) => command);
  return language === "sh" ? [text] : undefined;
}
