import { type PublicDocument, type PublicSetOptions, readPublicSet } from "./public-set.ts";

/**
 * AG News: title and description of news in four classes (Zhang, Zhao and LeCun, NeurIPS 2015). `text` holds the title
 * already. With `ids`, only these rows.
 */
export async function* readAgNews(
  options: PublicSetOptions & { readonly ids?: ReadonlySet<string> },
): AsyncGenerator<PublicDocument> {
  for await (const row of readPublicSet("ag_news", options)) {
    if (options.ids === undefined || options.ids.has(row.id)) yield row;
  }
}
