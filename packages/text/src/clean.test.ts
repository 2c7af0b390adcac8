import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean } from "./clean.ts";

const cases: [what: string, text: string, cleaned: string][] = [
  ["plain text", "The cat sat.", "The cat sat."],
  ["maths", "if a<b and c>d then x < y && z > 1", "if a<b and c>d then x < y && z > 1"],
  [
    "generics and addresses",
    "List<String> by <me@example.org> <https://x.org>",
    "List<String> by <me@example.org> <https://x.org>",
  ],
  ["inline tags", "un<b>believ</b>able <I>news</I>", "unbelievable news"],
  ["line breaks", "One.<br /><br />Two.<p>Three.</p>", "One.\nTwo.\nThree."],
  ["table cells", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"],
  ["scripts, styles and comments", "a<script>if (x<y) z()</script><style>p{}</style><!-- c -->b", "a\nb"],
  ["a script that never closes", "the <script> tag", "the\ntag"],
  ["attributes", `see <a href="http://x.org?a=1&amp;b=2" target=_blank hidden>this</a> page`, "see this page"],
  ["a page", "<!DOCTYPE html><html><head><title>T</title></head><body><h1>H</h1>text</body></html>", "T\nH\ntext"],
  ["CDATA", "<![CDATA[<b>bold</b>]]> x", "bold x"],
  ["entities", "caf&eacute; &amp; cr&#232;me &#x2014; &#146; AT&T &copy=1", "café & crème — ’ AT&T &copy=1"],
  ["escaped markup", 'Corp. &lt;A HREF="http://x.org/q?t=A target=/s"&gt;AAPL.O&lt;/A&gt; rose', "Corp. AAPL.O rose"],
  ["a backslash for a line break", '&lt;FONT size="-2"\\ color="#666666"&gt;-AP', "-AP"],
  ["twice escaped", "&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt; &amp;amp;", "x &"],
  ["AG News apostrophes", "Oracle #39;s teams #39; men called  #39;best #39;", "Oracle's teams' men called 'best'"],
  ["AG News quotes", "a  quot;hit quot; of  #36;10 million by AT amp;T", 'a "hit" of $10 million by AT&T'],
  ["numbers that are no entities", "fixes #12; and #7; quote;", "fixes #12; and #7; quote;"],
  ["NUL and controls", "a\u0000b\u0007c\u200bd\ufeff", "abcd"],
  ["Windows-1252 read as latin-1", "don\u0092t\u0085", "don’t…"],
  ["a lone surrogate", "a\ud800b", "a\ufffdb"],
  ["a pair", "a😀b", "a😀b"],
  ["NFC", "e\u0301", "é"],
  ["white space", " a \t b\u00a0\u3000c \r\n\r\n  d ", "a b c\nd"],
  ["nothing", " <p>&nbsp;</p>\u0000 ", ""],
];

describe("clean", () => {
  it.each(cases)("%s", (_, text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
  });

  const pieces = fc.constantFrom(
    ..."< > & ; # / ! - = \" ' a b br script amp; lt; gt; &lt; &amp; #39; #38; &#60; <b> </b> <p <!-- --> x1 \u0301 \u0344 \u037e \0 \ud800"
      .split(" ")
      .concat(" ", "\n", "\u0085", "e\u0301"),
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );

  it("is idempotent, folded, and without controls", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once).toBe(once.normalize("NFC").trim());
        expect(once).not.toMatch(/\s\s|(?!\s)\p{Cc}|\p{Surrogate}/u);
      }),
      { numRuns: 3_000 },
    );
  });

  it("leaves words alone that have no markup", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[\p{Ll}\p{Lo}]{1,9}$/u), { minLength: 1 }), (words) => {
        expect(clean(words.join("  "))).toBe(words.join(" ").normalize("NFC").trim());
      }),
    );
  });

  // A quadratic cleaner takes minutes for each of these, so the test's own deadline fails it.
  const million = 1_000_000;
  const hostile: [string, string][] = [
    ["one line", "word ".repeat(million / 5)],
    ["one word", "a".repeat(million)],
    ["spaces", `a${" ".repeat(million)}b`],
    ["<", "<".repeat(million)],
    ["&", "&".repeat(million)],
    ["nested tags", "<b>".repeat(million / 3)],
    ["unclosed tags", "<b ".repeat(million / 3)],
    ["unclosed quotes", "<a b='".repeat(million / 6)],
    ["tags in tags", `${"<".repeat(million / 4)}${"b>".repeat(million / 4)}`],
    ["unclosed comments", "<!--".repeat(million / 4)],
    ["unclosed scripts", "<script>".repeat(million / 8)],
    ["unclosed declarations", "<!doctype ".repeat(million / 10)],
    ["one long tag", `<a ${"x=1 ".repeat(million / 4)}`],
    ["escapes of escapes", `&${"amp;".repeat(million / 4)}`],
    ["escapes without ampersands", " #38;".repeat(million / 5)],
    ["combining marks", `a${"\u0301\u0327".repeat(million / 2)}`],
    ["semicolons", "&a".repeat(million / 2).concat(";")],
  ];
  it.each(hostile)("takes a million characters of %s", (_, text) => {
    const once = clean(text);
    expect(clean(once)).toBe(once);
  });
});
