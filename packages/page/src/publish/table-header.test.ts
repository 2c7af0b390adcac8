import { describe, expect, it } from "vitest";
import { columnsQuery, guessColumns, readHeader } from "./table-header.ts";

describe("the header of a table", () => {
  it.each<[string, string, boolean, string[], string[]]>([
    ["commas", "id,text\n1,a\n", false, ["id", "text"], ["1", "a"]],
    ["semicolons, and commas in quotes", '"a, b";text\nx;y\n', false, ["a, b", "text"], ["x", "y"]],
    ["tabs", "id\ttext, long\n1\ta,b\n", true, ["id", "text, long"], ["1", "a,b"]],
    ["a byte-order mark, CRLF and spaces", "\ufeffid , text\r\n1,a\r\n", false, ["id", "text"], ["1", "a"]],
    ["quotes that hold line ends and quotes", 'text,n\n"a ""b""\nc",2\n', false, ["text", "n"], ['a "b"\nc', "2"]],
    ["no line end at its end", "text,n\na,2", false, ["text", "n"], ["a", "2"]],
    ["a blank line", "text,n\n\na,2", false, ["text", "n"], ["a", "2"]],
  ])("is read: %s", (_, text, tabs, names, example) => {
    const header = readHeader(text, tabs);
    expect(header.names).toEqual(names);
    expect(header.examples[0]).toEqual(example);
  });

  it("of nothing is empty", () => {
    expect(readHeader("", false)).toEqual({ names: [], examples: [] });
  });
});

describe("a first choice of columns", () => {
  it.each<[string[], object]>([
    [["id", "text", "title"], { text: "text", title: "title", id: "id" }],
    [["Text", "Label"], { text: "Text", label: "Label" }],
    [
      ["headline", "body", "section", "date"],
      { text: "body", title: "headline", label: "section", published_at: "date" },
    ],
    [["description", "text"], { text: "text" }],
    [["a", "b"], {}],
  ])("of %j", (names, columns) => {
    expect(guessColumns(names)).toEqual(columns);
  });
});

it("names every field for Eddy, so that none means none", () => {
  expect(columnsQuery({ text: "a b", label: "ü" })).toBe("text=a+b&title=&id=&label=%C3%BC&source=&published_at=");
});
