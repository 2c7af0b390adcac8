import type { Section } from "@eddy/report/report";
import { columnSums } from "@eddy/text/sparse-rows";
import { choice, prose, table, wrong } from "../frame/blocks.ts";
import type { Reading } from "./readings.ts";
import type { Reviews } from "./reviews.ts";

export function reviewsSection({ count, train, validation }: Reviews, readings: readonly Reading[]): Section {
  const positive = train.labels.filter((label) => label === "pos").length;
  return {
    title: "The reviews and their counts",
    blocks: [
      prose(
        `${count.toLocaleString("en")} reviews, HTML tags removed, split on white space, scikit-learn's English stop words dropped: first as they are written (so "The" stays), and once more in lower case when words are counted. One half is clustered (${train.ids.length.toLocaleString("en")} reviews, ${positive.toLocaleString("en")} of them positive); the first ${validation.length.toLocaleString("en")} of the other half judge the loss. The vocabulary is that of the clustered half.`,
      ),
      table(
        "Three readings of the network's input",
        ["input", "first word", "last word", "words a review", "counts a review", "reviews without any"],
        readings.map(readingCells),
        "Words a review: different ones of the vocabulary, on average.",
      ),
      choice(
        "Its split (train_test_split, random_state 13) is of numpy's generator and of a file in another order: ours is a shuffle of our own with seed 13.",
      ),
      wrong(
        "Its listing calls vectorizer.transform without a fit before it, which stops with an error; fit_transform on the train half is meant, and done here.",
      ),
    ],
  };
}

function readingCells({ title, words, train }: Reading) {
  const { sparse, count } = train;
  const counts = columnSums(sparse).reduce((sum, value) => sum + value, 0);
  let empty = 0;
  for (let row = 0; row < count; row++) if (sparse.starts[row] === sparse.starts[row + 1]) empty++;
  return [
    title,
    words[0] ?? null,
    words.at(-1) ?? null,
    { mean: sparse.columns.length / count, digits: 1 },
    { mean: counts / count, digits: 1 },
    { mean: empty / count, percent: true },
  ];
}
