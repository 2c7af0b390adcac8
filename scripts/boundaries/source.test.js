// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with templates are the test data
import { describe, expect, it } from "vitest";
import { importsOf, strip } from "./source.js";

describe("importsOf", () => {
  it.each([
    ['import "a";', ["a"]],
    ["import a from 'a';", ["a"]],
    ['import type { A, B as C } from "@x/a/b";', ["@x/a/b"]],
    ['import a, {\n  b,\n  type C,\n} from "./a.ts";', ["./a.ts"]],
    ['import * as a from "a"; export * from "b"; export { c } from "c";', ["a", "b", "c"]],
    ['const a = await import("a"); type B = import("b").B;', ["a", "b"]],
    ['const a = require("a"); import.meta.resolve("b"); require.resolve("c/d.ttf");', ["a", "b", "c/d.ttf"]],
    ['import{a}from"a";', ["a"]],
    ['// import "a";\n/* import "b"; */ import "c";', ["c"]],
    ['const text = `import "a"; ${import("b")} import "c"`;', ["b"]],
    ["const text = 'import \"a\";';", []],
    ['const slash = /"/; import "a";', ["a"]],
    ['const half = a / 2; import "a"; // "', ["a"]],
    ['if (/[/"]/.test(x)) import("a");', ["a"]],
    ['import "a"; import "a";', ["a"]],
    ["export const from = 1;", []],
  ])("of %s", (source, expected) => {
    expect(importsOf(source)).toEqual(expected);
  });
});

it("blanks comments and strings, and keeps every place", () => {
  const source = 'a("x\\"y"); // b\n`c${d}e` /* f\n */ g / h; /i"/.test(j);';
  const { code, bare } = strip(source);
  expect(code).toBe('a("x\\"y");     \n`c${d}e`     \n    g / h; /i"/.test(j);');
  expect(bare).toBe('a("    ");     \n` ${d} `     \n    g / h; /  /.test(j);');
});
