import { readNews as readSample, type News as Sample } from "../frame/data.ts";
import { plainText } from "./plain-text.ts";

export interface News extends Sample {
  /** The texts as the write-up cleans them: what is embedded. */
  readonly plain: readonly string[];
  readonly titles: readonly string[];
}

const QUICK = 1_000;

export async function readNews(folder: string, quick: boolean): Promise<News> {
  const sample = await readSample(folder, "agnews-5000", quick ? QUICK : undefined);
  return {
    ...sample,
    plain: sample.texts.map(plainText),
    titles: sample.documents.map(({ title = "" }) => title),
  };
}
