import { EXCERPT_CHARACTERS, type Excerpt } from "@eddy/contracts/api/point";
import type { PointPayload } from "@eddy/contracts/collection";

/** A document as lists show it. */
export function excerptOf(payload: PointPayload): Excerpt {
  const { document_id, title, text, source, published_at, label, received_at } = payload;
  return {
    document_id,
    ...(title !== undefined && { title }),
    ...(text !== undefined && { text: excerpt(text, EXCERPT_CHARACTERS) }),
    ...(source !== undefined && { source }),
    ...(published_at !== undefined && { published_at }),
    ...(label !== undefined && { label }),
    received_at,
  };
}

/** The beginning of a text: at most `characters` UTF-16 units, the last one `…` where it was cut; never half a pair. */
export function excerpt(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const cut = text.slice(0, characters - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
