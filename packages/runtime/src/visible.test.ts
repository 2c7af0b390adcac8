import fc from "fast-check";
import { expect, test } from "vitest";
import { visible } from "./visible.ts";

test.each([
  ["a\tb\nc", "a\tb\nc"],
  ["\u001b[2J\u009b31m\u0007\r\u007f", "\\u001b[2J\\u009b31m\\u0007\\u000d\\u007f"],
  ["abc\u202edcb\u2066", "abc\\u202edcb\\u2066"],
  ["日本 é 👩‍👧 ́", "日本 é 👩‍👧 ́"],
])("%j", (text, shown) => expect(visible(text)).toBe(shown));

test("JSON stays the same JSON", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), (text) => {
      expect(JSON.parse(visible(text))).toEqual(JSON.parse(text));
    }),
  );
});
