import { type DefaultTreeAdapterTypes, type ParserError, parse } from "parse5";
import { beforeAll, describe, expect, it } from "vitest";
import { drawPicture } from "./draw-picture.ts";
import type { Picture } from "./report.ts";
import { sampleReport } from "./sample-report.ts";
import { toHtml } from "./to-html.ts";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;

const pictures = sampleReport.sections.flatMap(({ blocks }) =>
  blocks.filter((block): block is Picture => block.kind === "picture"),
);

let html: string;
let elements: readonly Element[];
const faults: ParserError[] = [];

beforeAll(async () => {
  html = toHtml(sampleReport, await Promise.all(pictures.map(drawPicture)));
  elements = elementsOf(parse(html, { onParseError: (fault) => faults.push(fault) }).childNodes);
});

function elementsOf(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => ("tagName" in node ? [node, ...elementsOf(node.childNodes)] : []));
}

const attribute = (element: Element, name: string) => element.attrs.find((each) => each.name === name)?.value;
const all = (tag: string) => elements.filter(({ tagName }) => tagName === tag);
const textOf = (node: Node): string =>
  "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
const texts = (tag: string) => all(tag).map((element) => textOf(element).trim());

describe("the page", () => {
  it("is valid", () => {
    expect(faults).toEqual([]);
    const ids = elements.map((element) => attribute(element, "id")).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(attribute(all("html")[0]!, "lang")).toBe("en");
  });

  it("loads nothing and runs nothing", () => {
    for (const tag of ["script", "link", "iframe", "object", "base", "form"]) expect(all(tag), tag).toEqual([]);
    for (const { attrs } of elements) {
      for (const { name, value } of attrs) {
        expect(name).not.toMatch(/^on|^style$|^srcset$/);
        if (name === "src") expect(value).toMatch(/^data:image\/(svg\+xml|png);base64,/);
        if (name === "href") expect(value).toMatch(/^#/);
      }
    }
    expect(texts("style").join()).not.toMatch(/url\(|@import/);
  });

  it("escapes what was written by others", () => {
    expect(texts("h1")).toEqual(["Clusters of <news> & more"]);
    expect(texts("title")).toEqual(["Clusters of <news> & more"]);
    expect(texts("th")).toContain("TF-IDF <b>");
    expect(all("news")).toEqual([]);
    expect(all("four")).toEqual([]);
  });

  it("tells a screen reader what is where", () => {
    for (const landmark of ["header", "nav", "main"]) expect(all(landmark), landmark).toHaveLength(1);
    const headings = elements.filter(({ tagName }) => /^h\d$/.test(tagName)).map(({ tagName }) => tagName);
    expect(headings).toEqual(["h1", "h2", "h2", "h2", "h2"]);
    const ids = new Set(elements.map((element) => attribute(element, "id")));
    for (const element of elements) {
      const label = attribute(element, "aria-labelledby");
      if (label !== undefined) expect(ids, label).toContain(label);
      const link = attribute(element, "href");
      if (link !== undefined) expect(ids, link).toContain(link.slice(1));
    }
    expect(all("img").map((image) => attribute(image, "alt"))).toEqual(pictures.map(({ alt }) => alt));
  });

  it("has a link for each part", () => {
    expect(texts("a")).toEqual(["Goals", "Clusters", "Pictures", "How it was run"]);
    expect(texts("h2")).toEqual(texts("a"));
  });

  it("has the tables, goals and facts", () => {
    const rows = all("tr").map((row) => elementsOf(row.childNodes).filter(({ tagName }) => /^t[hd]$/.test(tagName)));
    const lines = rows.map((cells) => cells.map((cell) => textOf(cell)).join(" | "));
    expect(lines).toEqual([
      "Goal | Wanted | Here | Met",
      "purity, mean of 5 seeds | ≥ 0.815 | 0.822 | ✓ met",
      "smallest cluster | ≥ 15 % | 11.2 % | ✗ missed",
      "whole run | ≤ 90 min | a small sample only | – not judged",
      "method | purity | ARI | documents | published",
      "K-Means | 0.840 ± 0.001 | 0.635 | 5,000 | –",
      "DEC | 0.822 ± 0.010 | 0.600 | 5,000 | 0.780",
      "TF-IDF <b> | 38.0 % | −0.010 | 5,000 | none",
    ]);
    expect(
      all("tr")
        .filter((row) => attribute(row, "class") === "emphasis")
        .map(textOf)
        .join(),
    ).toMatch(/^DEC/);
    expect(texts("dt")).toEqual(Object.keys(sampleReport.facts));
    expect(texts("dd")).toEqual(Object.values(sampleReport.facts));
  });

  it("numbers figures and tables in order", () => {
    expect(texts("figcaption").map((text) => /^(Table|Figure) \d/.exec(text)?.[0])).toEqual([
      "Table 1",
      ...pictures.map((_, at) => `Figure ${at + 1}`),
    ]);
  });

  it("is refused with a picture that is not drawn", () => {
    expect(() => toHtml(sampleReport, [])).toThrow("picture heatmap is not drawn");
  });
});
