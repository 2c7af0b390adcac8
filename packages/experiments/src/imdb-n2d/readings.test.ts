import { expect, it } from "vitest";
import { denseRows, INPUTS, MAX_FEATURES, readingsOf } from "./readings.ts";
import type { Reviews } from "./reviews.ts";

const word = (number: number) => `w${`${number}`.padStart(5, "0")}`;
const WORDS = 6_000;

/** Word i stands in review i % 7, the even ones twice; "the" and "The" are nowhere to be kept. */
const cleaned = Array.from({ length: 7 }, (_, review) =>
  Array.from({ length: WORDS }, (_, number) => number)
    .filter((number) => number % 7 === review)
    .map((number) => (number % 2 === 0 ? `${word(number)} ${word(number)}` : word(number)))
    .concat("The")
    .join(" "),
);
const reviews: Reviews = {
  train: { ids: [], texts: [], labels: [] },
  cleaned,
  validation: [`${word(5_998)} unknown ${word(5_998)} ${word(5_998)}`],
  count: 8,
};
const readings = readingsOf(reviews);

it("keeps 5,000 words, and as pad_sequences does the last 500 columns of these", () => {
  const [all, last] = [readings["all-5000"], readings["last-500"]];
  expect(all.words).toHaveLength(MAX_FEATURES);
  expect(all.words).toEqual([...all.words].sort());
  expect(all.words).not.toContain("the");
  expect(last.words).toEqual(all.words.slice(-INPUTS));
  const [dense, whole] = [denseRows(last.train), denseRows(all.train)];
  for (let row = 0; row < 7; row++) {
    const mine = dense.values.subarray(row * INPUTS, (row + 1) * INPUTS);
    expect(mine).toEqual(whole.values.subarray((row + 1) * MAX_FEATURES - INPUTS, (row + 1) * MAX_FEATURES));
  }
  expect(dense.values.some((count) => count === 2)).toBe(true);
});

it("takes the most frequent words, of equals the first in the alphabet", () => {
  expect(readings["top-500"].words).toEqual(Array.from({ length: INPUTS }, (_, at) => word(2 * at)));
});

it("counts the validation's words in the columns of the train half", async () => {
  const { words, validation } = readings["last-500"];
  const row = new Float32Array(INPUTS);
  await validation.read(Int32Array.of(0), row);
  expect(row[words.indexOf(word(5_998))]).toBe(3);
  expect(row.reduce((sum, count) => sum + count, 0)).toBe(3);
});

it("names what it holds", () => {
  const again = readingsOf(reviews);
  const other = readingsOf({ ...reviews, cleaned: [...cleaned.slice(1), `${cleaned[0]} ${word(5_999)}`] });
  expect(again["last-500"].train.key).toBe(readings["last-500"].train.key);
  expect(other["last-500"].train.key).not.toBe(readings["last-500"].train.key);
  expect(readings["top-500"].train.key).not.toBe(readings["last-500"].train.key);
});
