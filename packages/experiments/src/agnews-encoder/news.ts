import { agNewsSample, columnsOf, type LabelledTexts, seededSample } from "../frame/data.ts";

export interface News extends LabelledTexts {
  readonly classes: readonly string[];
  /** Rows of the train part that they were drawn from. */
  readonly outOf: number;
  readonly fixed: boolean;
}

const QUICK = 1_500;

/** The sample, field text as it is. */
export async function readNews(folder: string, quick: boolean): Promise<News> {
  const { documents: all, outOf, fixed } = await agNewsSample(folder, "agnews-12000");
  const documents = quick ? seededSample(all, QUICK) : all;
  const columns = columnsOf(documents);
  return { ...columns, classes: [...new Set(columns.labels)].sort(), outOf, fixed: fixed && !quick };
}
