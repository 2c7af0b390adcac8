import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countedWords, fitCounts } from "./count-vectors.ts";
import { columnSums, fillDense, type SparseRows } from "./sparse-rows.ts";
import { scikitLearnStopWords } from "./stop-words.ts";
import { fitTfidf } from "./tfidf.ts";

interface Case {
  readonly stop_words: string | null;
  readonly max_features: number | null;
  readonly vocabulary: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly tfidf: readonly (readonly number[])[];
  readonly new_counts: readonly (readonly number[])[];
  readonly new_tfidf: readonly (readonly number[])[];
}
const fixture: {
  readonly stop_words: readonly string[];
  readonly fit: readonly string[];
  readonly new: readonly string[];
  readonly cases: readonly Case[];
} = JSON.parse(readFileSync(new URL("fixtures/scikit-learn-counts.json", import.meta.url), "utf8"));

function dense(rows: SparseRows): number[][] {
  return Array.from({ length: rows.count }, (_, row) => {
    const into = new Float64Array(rows.width);
    fillDense(rows, [row], into);
    return [...into];
  });
}
const close = (rows: readonly (readonly number[])[]) =>
  rows.map((row) => row.map((value) => expect.closeTo(value, 12)));

it("has scikit-learn's stop words", () => {
  expect([...scikitLearnStopWords].sort()).toEqual(fixture.stop_words);
});

describe.each(fixture.cases)("stop words $stop_words, at most $max_features words", (wanted) => {
  const counts = fitCounts(fixture.fit, {
    stopWords: wanted.stop_words ? scikitLearnStopWords : undefined,
    maxFeatures: wanted.max_features ?? undefined,
  });

  it("has scikit-learn's columns and counts", () => {
    expect(counts.vocabulary).toEqual(wanted.vocabulary);
    expect(dense(counts.transform(fixture.fit))).toEqual(wanted.counts);
    expect(dense(counts.transform(fixture.new))).toEqual(wanted.new_counts);
  });

  it("has scikit-learn's TF-IDF, to 1e-12", () => {
    const tfidf = fitTfidf(counts.transform(fixture.fit));
    expect(dense(tfidf.transform(counts.transform(fixture.fit)))).toEqual(close(wanted.tfidf));
    expect(dense(tfidf.transform(counts.transform(fixture.new)))).toEqual(close(wanted.new_tfidf));
  });
});

it("words of one frequency at the limit are taken by the alphabet", () => {
  const { vocabulary, transform } = fitCounts(["dd cc bb aa dd"], { maxFeatures: 2 });
  expect(vocabulary).toEqual(["aa", "dd"]);
  expect([...columnSums(transform(["dd dd aa", "aa dd"]))]).toEqual([2, 3]);
});

it("TF-IDF by hand: a word in one of two texts, and one in both", () => {
  const counts = fitCounts(["aa bb", "bb"]).transform(["aa bb", "bb"]);
  const { idf, transform } = fitTfidf(counts);
  expect([...idf]).toEqual([Math.log(3 / 2) + 1, 1]);
  const norm = Math.hypot(Math.log(3 / 2) + 1, 1);
  expect(dense(transform(counts))).toEqual(
    close([
      [(Math.log(3 / 2) + 1) / norm, 1 / norm],
      [0, 1],
    ]),
  );
  expect(() => transform(fitCounts(["cc"]).transform(["cc"]))).toThrow("fitted on 2");
});

it("rows are dense in any order, with nothing left of what was there", () => {
  const rows = fitCounts(["aa bb"]).transform(["aa", "bb bb"]);
  const into = new Float32Array(4).fill(7);
  fillDense(rows, [1, 0], into);
  expect([...into]).toEqual([0, 2, 1, 0]);
  expect(countedWords("a Bc_d é éa")).toEqual(["bc_d", "éa"]);
});
