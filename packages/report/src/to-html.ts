/** A report as one page: no script, nothing loaded; pictures are in it. */
import type { DrawnPicture } from "./draw-picture.ts";
import { alignOf, formatCell } from "./figure.ts";
import { style } from "./html-style.ts";
import { type Markup, markup, Markup as Raw } from "./markup.ts";
import type { Block, Cell, Goal, Note, Picture, Report, Section, Table } from "./report.ts";
import { WIDTHS } from "./svg.ts";
import { metSign, metWord, noteTitles, paragraphs, sourceLine } from "./to-text.ts";

/** The browser holds the page to what is said here: nothing from the network, no script. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** `pictures`: those of the report, drawn; one that is missing is an error. */
export function toHtml(report: Report, pictures: readonly DrawnPicture[]): string {
  const { title, source, summary, goals, sections, facts } = report;
  const page = createPage(new Map(pictures.map((drawn) => [drawn.picture, drawn])));
  const titles = [
    ...(goals.length > 0 ? ["Goals"] : []),
    ...sections.map((section) => section.title),
    "How it was run",
  ];
  const contents = titles.map((text, at) => markup`<li><a href="#part-${at + 1}">${text}</a></li>`);
  let part = 0;
  const section = (name: string, content: readonly Markup[]) => {
    part += 1;
    return markup`<section aria-labelledby="part-${part}">
<h2 id="part-${part}">${name}</h2>
${content}</section>
`;
  };
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Raw(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="source">After ${sourceLine(source)}</p>
</header>
<nav aria-label="Contents">
<ol>${contents}</ol>
</nav>
<main>
<ul class="summary">${summary.map((sentence) => markup`<li>${sentence}</li>`)}</ul>
${goals.length > 0 ? section("Goals", [goalTable(goals)]) : undefined}${sections.map(({ title: name, blocks }) => section(name, page.blocks(blocks)))}${section("How it was run", [factList(facts)])}</main>
</body>
</html>
`.text;
}

/** Numbers tables and pictures through the page. */
function createPage(drawn: ReadonlyMap<Picture, DrawnPicture>) {
  let tables = 0;
  let figures = 0;

  function block(each: Exclude<Block, Picture>): Markup {
    if (each.kind === "prose") return markup`${paragraphs(each.text).map((text) => markup`<p>${text}</p>\n`)}`;
    return each.kind === "note" ? note(each) : table(each, (tables += 1));
  }

  function picture(each: Picture): Markup {
    const found = drawn.get(each);
    if (found === undefined) throw new TypeError(`picture ${each.name} is not drawn`);
    figures += 1;
    return figure(found, figures);
  }

  return {
    /** Half-page pictures that follow each other stand side by side. */
    blocks(all: Section["blocks"]): Markup[] {
      const parts: Markup[] = [];
      for (let at = 0; at < all.length; at++) {
        const each = all[at]!;
        if (each.kind !== "picture") {
          parts.push(block(each));
          continue;
        }
        const row = [picture(each)];
        for (let next = all[at + 1]; isHalf(each) && next !== undefined && isHalf(next); next = all[at + 1]) {
          row.push(picture(next as Picture));
          at += 1;
        }
        parts.push(markup`<div class="pictures">\n${row}</div>\n`);
      }
      return parts;
    },
  };
}

const isHalf = (block: Block): block is Picture => block.kind === "picture" && (block.width ?? "column") === "column";

function note({ about, text }: Note): Markup {
  return markup`<div class="note ${about}" role="note"><p><strong>${noteTitles[about]}.</strong> ${text}</p></div>\n`;
}

function table({ title, columns, rows, caption }: Table, number: number): Markup {
  const alignments = columns.map((column, at) => alignOf(column, at, rows));
  const head = columns.map((column, at) => markup`<th scope="col" class="${alignments[at]!}">${column.title}</th>`);
  const body = rows.map(({ cells, emphasis }) => {
    const line = cells.map((cell, at) => tableCell(cell, alignments[at]!, at === 0));
    return markup`<tr${new Raw(emphasis === true ? ' class="emphasis"' : "")}>${line}</tr>\n`;
  });
  return markup`<figure class="table">
<figcaption id="table-${number}"><strong>Table ${number}.</strong> ${title}</figcaption>
${scrolling(`table-${number}`, head, body)}${caption === undefined ? undefined : markup`<p class="caption">${caption}</p>\n`}</figure>
`;
}

/** Wider than a phone, it scrolls by itself, by keyboard too. */
function scrolling(label: string, head: readonly Markup[], body: readonly Markup[]): Markup {
  return markup`<div class="scroll" role="region" aria-labelledby="${label}" tabindex="0">
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>
`;
}

function tableCell(cell: Cell, align: "left" | "right", first: boolean): Markup {
  const text = formatCell(cell);
  if (first && typeof cell === "string") return markup`<th scope="row" class="${align}">${text}</th>`;
  return markup`<td class="${align}">${text}</td>`;
}

function goalTable(goals: readonly Goal[]): Markup {
  const head = ["Goal", "Wanted", "Here", "Met"].map((title) => markup`<th scope="col" class="left">${title}</th>`);
  const body = goals.map((goal) => {
    const kind = metWord(goal).replace(" ", "-");
    const sign = markup`<span aria-hidden="true">${metSign(goal)}</span> ${metWord(goal)}`;
    return markup`<tr><th scope="row" class="left">${goal.name}</th><td class="left">${goal.wanted}</td><td class="left">${goal.got}</td><td class="left ${kind}">${sign}</td></tr>\n`;
  });
  return scrolling("part-1", head, body);
}

function figure({ picture, svg, inline }: DrawnPicture, number: number): Markup {
  const size = picture.width ?? "column";
  const width = WIDTHS[size];
  const height = Math.round(Number(/ height="([\d.]+)"/.exec(svg)?.[1] ?? width));
  const data = `data:${inline.type};base64,${Buffer.from(inline.bytes).toString("base64")}`;
  return markup`<figure class="${size}" id="figure-${picture.name}">
<div class="scroll"><img src="${data}" alt="${picture.alt}" width="${width}" height="${height}"></div>
<figcaption><strong>Figure ${number}. ${picture.title}.</strong> ${picture.caption}</figcaption>
</figure>
`;
}

function factList(facts: Report["facts"]): Markup {
  const entries = Object.entries(facts).map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`);
  return markup`<dl>\n${entries}</dl>\n`;
}
