import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitText } from "./fit-text.ts";

/** As WordPiece: words of white space, a piece each four characters, one unknown for what is over 100. */
function pieces(text: string): number[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .flatMap((word) =>
      word.length > 100
        ? [0]
        : (word.match(/.{1,4}/gsu) ?? []).map(
            (piece) => [...piece].reduce((sum, c) => sum * 31 + c.codePointAt(0)!, 7) | 0,
          ),
    );
}

describe("fitText", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      " ",
      "\n\n",
      "x".repeat(99),
      "y".repeat(101),
      "z".repeat(20_000),
      "word ".repeat(3000),
      "東京",
      "👩‍👩‍👧",
      " ".repeat(9000),
    ),
  );

  it("gives what the whole text would give, cut", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 300 }), (parts, limit) => {
        const text = parts.join("");
        const whole = pieces(text);
        expect(fitText(text, limit, pieces)).toEqual({ ids: whole.slice(0, limit), cut: whole.length > limit });
      }),
    );
  });

  it("reads little of a very long text", () => {
    let read = 0;
    const encode = (text: string) => {
      read += text.length;
      return pieces(text);
    };
    expect(fitText("word ".repeat(200_000), 254, encode).cut).toBe(true);
    expect(read).toBeLessThan(10_000);
  });

  it("never parts a surrogate pair", () => {
    const seen: string[] = [];
    fitText("😀".repeat(100_000), 10, (text) => {
      seen.push(text);
      return pieces(text);
    });
    fitText(`a${"😀".repeat(100_000)}`, 10, (text) => {
      seen.push(text);
      return pieces(text);
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.filter((text) => !text.isWellFormed())).toEqual([]);
  });
});
