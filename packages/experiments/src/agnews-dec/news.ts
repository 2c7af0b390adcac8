import { agNewsSample, columnsOf, type LabelledTexts, seededSample } from "../frame/data.ts";
import { plainText } from "./plain-text.ts";

export interface News extends LabelledTexts {
  /** The texts as the write-up cleans them: what is embedded. */
  readonly plain: readonly string[];
  readonly titles: readonly string[];
  /** The classes, in the order of the alphabet. */
  readonly classes: readonly string[];
  /** Rows of the train part that they were drawn from. */
  readonly outOf: number;
  /** They are the list that figures are stated on. */
  readonly fixed: boolean;
}

const QUICK = 1_000;

export async function readNews(folder: string, quick: boolean): Promise<News> {
  const { documents: all, outOf, fixed } = await agNewsSample(folder, "agnews-5000");
  const documents = quick ? seededSample(all, QUICK) : all;
  return {
    ...columnsOf(documents),
    plain: documents.map(({ text }) => plainText(text)),
    titles: documents.map(({ title = "" }) => title),
    classes: [...new Set(documents.map(({ label }) => label))].sort(),
    outOf,
    fixed: fixed && !quick,
  };
}
