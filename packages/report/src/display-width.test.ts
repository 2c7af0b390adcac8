import { describe, expect, it } from "vitest";
import { cutToWidth, displayWidth, oneLine } from "./display-width.ts";

describe("displayWidth", () => {
  it.each([
    ["plain", 5],
    ["日本語", 6],
    ["한국어", 6],
    ["ｱｲｳ", 3],
    ["Ａ！", 4],
    ["e\u0301", 1],
    ["Ünïcödé", 7],
    ["👍🏽", 2],
    ["👨‍👩‍👧‍👦", 2],
    ["🇪🇺", 2],
    ["❤️", 2],
    ["Привет", 6],
    ["a\u200bb", 2],
    ["", 0],
  ])("%s takes %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("cutToWidth", () => {
  it.each([
    ["short", 10, "short"],
    ["exactly ten", 11, "exactly ten"],
    ["exactly ten", 10, "exactly t…"],
    ["a word cut", 7, "a word…"],
    ["日本語の文", 10, "日本語の文"],
    ["日本語の文", 7, "日本語…"],
    ["日本語の文", 8, "日本語…"], // half a character is not shown
    ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…"],
  ])("%s in %i", (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
    expect(displayWidth(cut)).toBeLessThanOrEqual(width);
  });

  it("does not read a long text to its end", () => {
    expect(cutToWidth("é".repeat(20_000_000), 5)).toBe("éééé…");
  });
});

describe("oneLine", () => {
  it("leaves nothing that steers a terminal", () => {
    expect(oneLine("\u001b[31mred\u001b[0m\n\tnext\u0000\u009b2J\u202e line ")).toBe("[31mred [0m next 2J line");
  });

  it("keeps text of any script, and mends half a pair", () => {
    expect(oneLine("नमस्ते 👨‍👩‍👧 \ud800")).toBe("नमस्ते 👨‍👩‍👧 \ufffd");
  });
});
