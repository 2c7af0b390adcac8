/** A report for the terminal. */
import { alignOf, formatCell } from "./figure.ts";
import type { Block, Goal, Note, Report, Table } from "./report.ts";
import { renderTable } from "./text-table.ts";
import { wrap } from "./wrap.ts";

export interface TextOptions {
  /** Columns of the terminal; undefined: text is wrapped at 100, tables are not cut. */
  readonly width?: number;
  readonly bold?: (text: string) => string;
}

type Resolved = Required<Omit<TextOptions, "width">> & { readonly width: number; readonly tableWidth: number };

/** Longer lines are hard to read. */
const WIDEST_TEXT = 100;
/** A column of words is cut to this at most. */
const LEAST_COLUMN = 14;

export const noteTitles: Readonly<Record<Note["about"], string>> = {
  choice: "Our choice",
  wrong: "The write-up is wrong",
  limit: "Not done",
};

export const sourceLine = ({ authors, title, published }: Report["source"]): string =>
  `${authors}: “${title}”${published === undefined ? "" : `, ${published}`}`;

/** How a goal went, in a word. */
export const metWord = ({ met }: Goal): string => (met === null ? "not judged" : met ? "met" : "missed");
export const metSign = ({ met }: Goal): string => (met === null ? "–" : met ? "✓" : "✗");

export function toText(report: Report, { width, bold = (text) => text }: TextOptions = {}): string {
  const options: Resolved = {
    bold,
    width: Math.min(width ?? WIDEST_TEXT, WIDEST_TEXT),
    tableWidth: width ?? Number.POSITIVE_INFINITY,
  };
  const { title, source, summary, goals, sections, facts } = report;
  const parts = [
    `${bold(wrap(title, options.width))}\n${wrap(sourceLine(source), options.width)}`,
    summary.map((sentence) => wrap(sentence, options.width, "• ")).join("\n"),
    goals.length === 0 ? "" : goalTable(goals, options),
    ...sections.flatMap((section) => [
      heading(section.title, options),
      ...section.blocks.map((block) => blockText(block, options)),
    ]),
    factLines(facts, options),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function heading(title: string, { bold, width }: Resolved): string {
  const line = wrap(title, width);
  return `${bold(line)}\n${"─".repeat(Math.min(width, line.length))}`;
}

function goalTable(goals: readonly Goal[], { tableWidth, bold }: Resolved): string {
  const columns = [{ title: "GOAL", least: LEAST_COLUMN }, { title: "WANTED" }, { title: "HERE" }, { title: "" }];
  const rows = goals.map((goal) => [goal.name, goal.wanted, goal.got, `${metSign(goal)} ${metWord(goal)}`]);
  return renderTable(columns, rows, { width: tableWidth, bold });
}

function blockText(block: Block, options: Resolved): string {
  switch (block.kind) {
    case "prose":
      return paragraphs(block.text)
        .map((text) => wrap(text, options.width))
        .join("\n\n");
    case "note":
      return wrap(block.text, options.width, `${noteTitles[block.about]}: `, "  ");
    case "table":
      return tableText(block, options);
    case "picture":
      return wrap(`${block.title}. ${block.caption}`, options.width, "Picture: ", "  ");
  }
}

function tableText({ title, columns, rows, caption }: Table, { bold, width, tableWidth }: Resolved): string {
  const aligned = columns.map((column, at) => {
    const align = alignOf(column, at, rows);
    return { title: column.title, align, ...(align === "left" && { least: LEAST_COLUMN }) };
  });
  const cells = rows.map((row) => row.cells.map(formatCell));
  const table = renderTable(aligned, cells, { width: tableWidth, bold, emphasis: (at) => rows[at]!.emphasis === true });
  return [bold(wrap(title, width)), table, ...(caption === undefined ? [] : [wrap(caption, width)])].join("\n");
}

function factLines(facts: Report["facts"], { width }: Resolved): string {
  const longest = Math.max(0, ...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, value]) => wrap(value, width, `${name.padEnd(longest)}  `))
    .join("\n");
}

/** Blank lines part paragraphs. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
}
