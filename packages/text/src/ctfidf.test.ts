import { describe, expect, it } from "vitest";
import { clusterKeywords } from "./ctfidf.ts";
import { stopWords } from "./stop-words.ts";
import { isContentWord, words } from "./tokens.ts";

const keywordsOf = (texts: string[], others: string[] = ["football match won by the visitors"]) =>
  clusterKeywords(new Map([["c1", texts], ["c2", others]]), { top: 5 }).get("c1")!; // biome-ignore format: short

describe("words", () => {
  it.each([
    ["Don't stop Britain's über-café at 10:30", ["do", "stop", "britain", "über", "café", "at", "10", "30"]],
    ["see https://x.org/a?b=c or www.y.com, mail me@x.org now", ["see", "or", "mail", "now"]],
    ["Москва и Αθήνα", ["москва", "и", "αθήνα"]],
    ["", []],
  ])("of %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("cuts scripts without spaces", () => {
    expect(words("東京で地震がありました")).toContain("地震");
    expect(words("中国经济增长").join("")).toBe("中国经济增长");
    expect(words("ประเทศไทย").length).toBeGreaterThan(0);
  });

  it("knows scikit-learn's stop words and numbers", () => {
    for (const token of ["whereupon", "the", "said", "2024", "x"]) expect(isContentWord(token), token).toBe(false);
    for (const token of ["orbit", "b2b", "地震"]) expect(isContentWord(token), token).toBe(true);
    expect(stopWords.size).toBeGreaterThan(318);
  });

  it("takes a million characters without a space", () => {
    expect(words("a".repeat(1_000_000))).toHaveLength(1);
    expect(words("a@".repeat(500_000)).length).toBeGreaterThan(0);
  });
});

describe("clusterKeywords", () => {
  it("weighs a case by hand", () => {
    // c1: orbit 2, moon 1; c2: moon 1. A = 4 / 2 = 2.
    const result = clusterKeywords(new Map([[1, ["the orbit", "moon orbit"]], [2, ["moon"]]]), { top: 9 }); // biome-ignore format: short
    expect(result.get(1)).toEqual([
      { word: "orbit", score: expect.closeTo((2 / 3) * Math.log(1 + 2 / 2), 12) },
      { word: "moon", score: expect.closeTo((1 / 3) * Math.log(1 + 2 / 2), 12) },
    ]);
    expect(result.get(2)).toEqual([{ word: "moon", score: expect.closeTo(Math.log(2), 12) }]);
  });

  it("joins words that stand together", () => {
    const texts = [
      "the prime minister spoke",
      "prime minister resigns",
      "a prime minister and a minister",
      "budget vote",
    ];
    const found = keywordsOf(texts).map(({ word }) => word);
    expect(found[0]).toBe("prime minister");
    expect(found).not.toContain("prime");
  });

  it.each([
    ["stop words only", ["to be or not to be"], "be"],
    ["numbers only", ["10 20 10"], "10"],
    ["signs only", [":-) :-)"], ":-)"],
    ["Japanese", ["東京で地震", "大阪で地震", "地震の被害"], "地震"],
    ["one letter", ["x"], "x"],
  ])("is not blank for %s", (_, texts, expected) => {
    expect(keywordsOf(texts)[0]?.word).toBe(expected);
  });

  it("gives nothing for nothing", () => {
    expect(keywordsOf([" \n"])).toEqual([]);
    expect(keywordsOf([])).toEqual([]);
    expect(clusterKeywords(new Map(), { top: 3 }).size).toBe(0);
  });

  it("reads only the beginning of a long text", () => {
    const found = keywordsOf([`launch ${"x ".repeat(2_000)} tail tail tail tail`]).map(({ word }) => word);
    expect(found).toContain("launch");
    expect(found).not.toContain("tail");
  });
});
