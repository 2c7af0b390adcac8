import { z } from "zod";

/** On a record of `documents` that `eddy replay` wrote: where its document came from. Travels as far as `assignments`. */
export const REPLAYED_HEADER = "eddy-replayed";

const replayedSchema = z.object({
  /** The revision that it had there: `<pipeline>/<partition>:<offset>`. It keeps it. */
  revision: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\/\d{1,10}:\d{1,16}$/),
  /** RFC 3339: when it came there. It keeps that, too, whenever the record is written again. */
  received_at: z.iso.datetime(),
  /** It was taken from a collection: its text is clean already. */
  cleaned: z.literal(true).optional(),
  /** What made the vector that it brings; absent where the vector came with the document in the first place, or there is none. */
  model: z.string().optional(),
  model_revision: z.string().optional(),
  truncated: z.boolean().optional(),
});

export type Replayed = z.output<typeof replayedSchema>;

/** undefined: it has no such header, or one that Eddy didn't write. */
export function parseReplayed(text: string | undefined): Replayed | undefined {
  if (text === undefined) return undefined;
  try {
    return replayedSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A revision as another pipeline knows it: with the name of the one that it is of. */
export function foreignRevision(pipeline: string, revision: string): string {
  return revision.includes("/") ? revision : `${pipeline}/${revision}`;
}
