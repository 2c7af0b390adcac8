import { expect, it } from "vitest";
import { cleanReview, splitReviews, withoutTags } from "./reviews.ts";

// What the write-up's `clean_review` gives in Python for the reviews that it prints, and for one with all that is odd.
it.each([
  ["One of the other reviewers has mentioned that ...", "One reviewers mentioned ..."],
  ["A wonderful little production. <br /><br />The...", "A wonderful little production. The..."],
  ["I thought this was a wonderful way to spend ti...", "I thought wonderful way spend ti..."],
  ["Basically there's a family where a little boy ...", "Basically there's family little boy ..."],
  ['Petter Mattei\'s "Love in the Time of Money" is...', 'Petter Mattei\'s "Love Time Money" is...'],
  [
    "so what?<br /><br />Equally\u00a0dull\u0085is <i>this</i>, 3 < 4 and\ttwo > one\n<a\nhref>",
    "what?Equally dull this, 3 <a href>",
  ],
])("cleans %j as the write-up does", (review, cleaned) => {
  expect(cleanReview(review)).toBe(cleaned);
});

const documents = Array.from({ length: 5_001 }, (_, row) => ({
  id: `${row}`,
  text: `<b>Review</b> of the film ${row}`,
  label: row % 2 === 0 ? "pos" : "neg",
  split: "train" as const,
}));

it("splits in halves that share no review, the same ones always", () => {
  const { train, cleaned, validation, count } = splitReviews(documents);
  expect([train.ids.length, validation.length, count]).toEqual([2_501, 2_000, 5_001]);
  expect(train.texts[0]).toBe(withoutTags(documents[Number(train.ids[0])]!.text));
  expect(cleaned[0]).toBe(`Review film ${train.ids[0]}`);
  const trained = new Set(cleaned);
  expect(validation.filter((text) => trained.has(text))).toEqual([]);
  expect(splitReviews(documents).train.ids).toEqual(train.ids);
  expect(train.ids).not.toEqual([...train.ids].sort((a, b) => Number(a) - Number(b)));
});
