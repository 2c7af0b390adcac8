import { cleanNewsgroupPost, isBlankPost } from "./newsgroups-cleaning.ts";
import { type PublicDocument, type PublicSetOptions, readPublicSet } from "./public-set.ts";

/** The groups of scikit-learn's document-clustering example: 3,387 posts, of which cleaning leaves 92 empty. */
export const fourGroups: readonly string[] = ["alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc"];

/**
 * 20 Newsgroups, "bydate" (Lang, ICML 1995).
 * - `groups`: only these; by default all 20.
 * - `cleaned`: without headers, footers and quotes, and without the posts of which nothing is left.
 */
export async function* readTwentyNewsgroups(
  options: PublicSetOptions & { readonly groups?: readonly string[]; readonly cleaned?: boolean },
): AsyncGenerator<PublicDocument> {
  for await (const row of readPublicSet("twenty_newsgroups", options)) {
    if (options.groups && !options.groups.includes(row.label)) continue;
    const text = options.cleaned ? cleanNewsgroupPost(row.text) : row.text;
    if (!options.cleaned || !isBlankPost(text)) yield { ...row, text };
  }
}
