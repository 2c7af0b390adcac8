import { cleanNewsgroupPost, isBlankPost } from "@eddy/datasets/public/newsgroups-cleaning";
import { fourGroups, readTwentyNewsgroups } from "@eddy/datasets/public/twenty-newsgroups";
import { collect, columnsOf, type LabelledTexts, seededSample } from "../frame/data.ts";

export interface Posts extends LabelledTexts {
  /** Rows of which cleaning left something. */
  readonly filled: readonly number[];
}

/** Posts of a quick run. */
const QUICK = 400;

/** The four groups, cleaned as scikit-learn does; those that are empty then stay in, as in the write-up. */
export async function readPosts(folder: string, quick: boolean): Promise<Posts> {
  const all = await collect(readTwentyNewsgroups({ folder, groups: fourGroups }));
  const documents = quick ? seededSample(all, QUICK) : all;
  const cleaned = documents.map((document) => ({ ...document, text: cleanNewsgroupPost(document.text) }));
  const filled = cleaned.flatMap(({ text }, row) => (isBlankPost(text) ? [] : [row]));
  return { ...columnsOf(cleaned), filled };
}
