import { createRandom } from "@eddy/runtime/random";
import { describe, expect, it } from "vitest";
import { createDemoStream, demoDocument } from "./demo-stream.ts";
import { createWriter } from "./grammar.ts";
import { fadingTheme, lateTheme } from "./popularity.ts";
import { common } from "./theme.ts";
import { themes } from "./themes.ts";

const seed = 1;
const documents = Array.from({ length: 10_000 }, (_, n) => demoDocument(seed, n));
const vocabulary = (texts: string[]) => new Set(texts.flatMap((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []));
const labelsFrom = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => demoDocument(seed, from + i).label);
const share = (label: string, from: number, count = 1_000) =>
  labelsFrom(from, count).filter((found) => found === label).length / count;

describe("the demo stream", () => {
  it("is a pure function of seed and place, and goes on where it was", () => {
    const now = () => 0;
    const whole = createDemoStream({ seed: 7, now });
    const first = Array.from({ length: 30 }, () => whole.next().value);
    const later = createDemoStream({ seed: 7, startAt: 20, now });
    expect(Array.from({ length: 10 }, () => later.next().value)).toEqual(first.slice(20));
    expect(first[0]).toMatchObject({ id: "demo-7-0", published_at: "1970-01-01T00:00:00.000Z" });
    expect(demoDocument(8, 0)).not.toEqual({ ...demoDocument(7, 0), id: "demo-8-0" });
    expect(demoDocument(7, 1e9).text.length).toBeGreaterThan(40);
  });

  it("hardly ever repeats itself", () => {
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
    expect(new Set(documents.map(({ text }) => text)).size).toBeGreaterThanOrEqual(0.995 * documents.length);
    // Nor with the numbers and names taken out: the share of documents that are alike but for those.
    const bare = documents.map(({ text }) => text.replace(/[A-Z]\p{L}+|\d[\d.]*/gu, ""));
    expect(new Set(bare).size).toBeGreaterThan(0.8 * documents.length);
  });

  it("speaks of each theme in many words, few of them shared", () => {
    for (const { label } of themes) {
      const own = documents.filter((document) => document.label === label).map(({ text }) => text);
      expect(own.length, label).toBeGreaterThan(300);
      expect(vocabulary(own).size, label).toBeGreaterThan(300);
      const others = vocabulary(documents.filter((document) => document.label !== label).map(({ text }) => text));
      expect([...vocabulary(own)].filter((word) => !others.has(word)).length, label).toBeGreaterThan(90);
    }
  });

  it("reads as English: filled, with capitals, ended", () => {
    for (const { title, text } of documents) {
      expect(`${title} ${text}`).not.toMatch(/[{}|#]|undefined|NaN| {2}|\b[Aa] [ai]/);
      expect(text).toMatch(/^["A-Z].*[.]$/);
      expect(text).not.toMatch(/[.!?]"? "?[a-z]/);
      expect(text.length).toBeGreaterThan(50);
      expect(text.length).toBeLessThan(600);
    }
  });

  it("drifts: one theme comes late, one fades and returns, the words in use move", () => {
    expect(share(lateTheme, 0)).toBe(0);
    expect(share(lateTheme, 4_000, 4_000)).toBeGreaterThan(0.02);
    expect(share(fadingTheme, 0)).toBeGreaterThan(0.02);
    expect(share(fadingTheme, 9_000, 8_000)).toBe(0);
    expect(share(fadingTheme, 21_000, 4_000)).toBeGreaterThan(0.02);
    const windows = Array.from({ length: 12 }, (_, i) => labelsFrom(24_000 + i * 1_000, 500));
    for (const { label } of themes) {
      const shares = windows.map((labels) => labels.filter((found) => found === label).length / labels.length);
      expect(Math.max(...shares) - Math.min(...shares), label).toBeGreaterThan(0.03);
    }
    const dishes = (from: number) => vocabulary(documents.slice(from, from + 1_500).filter((d) => d.label === "cooking").map((d) => d.text)); // biome-ignore format: one line
    const [early, late] = [dishes(0), dishes(8_500)];
    expect([...late].filter((word) => !early.has(word)).length).toBeGreaterThan(20);
  });

  it("has grammars without gaps: every text of every list can be filled", () => {
    for (const { label, grammar } of themes) {
      expect(Object.keys(grammar)).toEqual(expect.arrayContaining(["title", "lead", "detail", "closing"]));
      const all = { ...common, ...grammar };
      for (const text of Object.values(all).flat()) {
        const filled = createWriter(all, createRandom(seed), 0)(text);
        expect(filled, `${label}: ${text}`).not.toMatch(/[{}|#]/);
      }
    }
  });
});
