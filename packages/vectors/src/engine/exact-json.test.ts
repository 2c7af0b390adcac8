import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExact, stringifyExact, WholeFloat } from "./exact-json.ts";

describe("exact JSON", () => {
  it.each([
    '{"a":1.0,"b":[-2.0,3.5],"c":1e3}',
    '{"n":18446744073709551615,"m":-9223372036854775808,"k":9007199254740993}',
    '{"text":"1.0, 18446744073709551615","list":[1.0]}',
    "[1.0]",
  ])("%s reads and writes back with every number the same", (text) => {
    const { text: again, exact } = stringifyExact(parseExact(text, true));
    expect(again).toBe(text.replace("1e3", "1000.0"));
    expect(exact).toBe(true);
  });

  it("knows a whole float only in a payload, and an integer too large everywhere", () => {
    expect(parseExact('{"payload":{"a":1.0},"limit":2.0,"points":[18446744073709551615]}')).toEqual({
      payload: { a: new WholeFloat(1) },
      limit: 2,
      points: [18446744073709551615n],
    });
    // beyond 64 bits it is a double to Qdrant, too
    expect(parseExact('{"points":[18446744073709551616]}')).toEqual({ points: [2 ** 64] });
  });

  it("is JSON.parse and JSON.stringify for all else", () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        const plain = JSON.parse(text) as unknown;
        const read = parseExact(text, true);
        expect(JSON.parse(stringifyExact(read).text)).toEqual(plain);
        // forced through the slow reader
        const slow = stringifyExact(parseExact(`{"a":18446744073709551615,"b":${text}}`)).text;
        expect(JSON.parse(slow)).toEqual({ a: 2 ** 64, b: plain });
      }),
    );
  });

  it.each([
    ['{"points":[', "EOF while parsing a list at line 1 column 11"],
    ['{"a":[NaN]}', "expected value at line 1 column 7"],
    ["", "EOF while parsing a value at line 1 column 0"],
    ['{"a":1,}', "trailing comma at line 1 column 8"],
    ['{\n"a" 1}', "expected `:` at line 2 column 5"],
    ["{} x", "trailing characters at line 1 column 4"],
    ['{"a":"x', "EOF while parsing a string at line 1 column 7"],
    [`${"[".repeat(200)}`, "recursion limit exceeded at line 1 column 129"],
  ])("%j is refused: %s", (text, error) => {
    expect(() => parseExact(text)).toThrow(new SyntaxError(error));
  });
});
