import { type PublicDocument, type PublicSetOptions, readPublicSet } from "./public-set.ts";

/** 50,000 film reviews, `pos` and `neg` (Maas et al., "Learning word vectors for sentiment analysis", ACL 2011). */
export function readImdb(options: PublicSetOptions): AsyncGenerator<PublicDocument> {
  return readPublicSet("imdb", options);
}
