import { readImdb } from "@eddy/datasets/public/imdb";
import type { PublicDocument } from "@eddy/datasets/public/public-set";
import { shuffledIndices } from "@eddy/deep/batches";
import { createRandom } from "@eddy/runtime/random";
import { scikitLearnStopWords } from "@eddy/text/stop-words";
import { collect, columnsOf, type LabelledTexts, seededSample } from "../frame/data.ts";
import type { Run } from "../frame/run.ts";

export interface Reviews {
  /** The half that is clustered: HTML removed. */
  readonly train: LabelledTexts;
  /** The same with the stop words dropped: what is counted. */
  readonly cleaned: readonly string[];
  /** The first 2,000 of the other half, cleaned: what the loss is judged by. */
  readonly validation: readonly string[];
  /** Before the split. */
  readonly count: number;
}

const QUICK_REVIEWS = 1_500;
const VALIDATION = 2_000;
/** Its `random_state`, though not numpy's generator. */
const SPLIT_SEED = 13;

/** Its `re.compile('<.*?>')`: a dot is anything but a line feed, and nothing takes the tag's place. */
export const withoutTags = (review: string): string => review.replace(/<[^\n]*?>/g, "");

/** White space of Python's `split()`: of what JavaScript takes for it not U+FEFF, but U+0085. */
const white = /(?:[^\S\ufeff]|\u0085)+/;

/** Its `clean_review`. Words are compared as they are written, so "The" stays. */
export function cleanReview(review: string): string {
  const words = withoutTags(review).split(white);
  return words.filter((word) => word !== "" && !scikitLearnStopWords.has(word)).join(" ");
}

/** The reviews, in the halves of a seeded shuffle: as `train_test_split` does it, the test half comes first. */
export function splitReviews(documents: readonly PublicDocument[]): Reviews {
  const order = Array.from(shuffledIndices(documents.length, createRandom(SPLIT_SEED).next), (row) => documents[row]!);
  const half = Math.floor(order.length / 2);
  const train = columnsOf(order.slice(half).map((review) => ({ ...review, text: withoutTags(review.text) })));
  return {
    train,
    cleaned: train.texts.map(cleanReview),
    validation: order.slice(0, Math.min(half, VALIDATION)).map(({ text }) => cleanReview(text)),
    count: documents.length,
  };
}

export async function readReviews({ options }: Pick<Run, "options">): Promise<Reviews> {
  const documents = await collect(readImdb({ folder: options.data }));
  return splitReviews(options.quick ? seededSample(documents, QUICK_REVIEWS) : documents);
}
