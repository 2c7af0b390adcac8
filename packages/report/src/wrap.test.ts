import { expect, it } from "vitest";
import { displayWidth } from "./display-width.ts";
import { wrap } from "./wrap.ts";

it("breaks at blanks and hangs what follows", () => {
  expect(wrap("one two three four", 12, "• ")).toBe("• one two\n  three four");
  expect(wrap("one two three four", 14, "Note: ", "  ")).toBe("Note: one two\n  three four");
});

it("keeps a word that is wider than the line", () => {
  expect(wrap("a unbelievable b", 5)).toBe("a\nunbelievable\nb");
});

it("counts columns, not characters", () => {
  const lines = wrap("日本 日本 日本 日本", 10).split("\n");
  expect(lines).toEqual(["日本 日本", "日本 日本"]);
  expect(Math.max(...lines.map(displayWidth))).toBe(9);
});

it("lets no control character through", () => {
  expect(wrap("a\u001b[2Jb\nc", 80)).toBe("a [2Jb c");
});
