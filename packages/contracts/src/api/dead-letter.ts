import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

const place = z.object({ topic: z.string(), partition: z.int(), offset: z.int() });

export type LetterPlace = DeepReadonly<z.output<typeof place>>;

export const deadLetterSchema = place
  .extend({
    dead_letter: place.describe("Where it lies among the dead letters; the place beside it is where it came from."),
    stage: z.string(),
    code: z.string(),
    message: z.string(),
    key: z.string().nullable(),
    document_id: z.string().optional(),
    preview: z.string().describe("The beginning of its value."),
    at: z.string().describe("RFC 3339: when it was published."),
    replayed: z.boolean().describe("A replay of all went past it."),
  })
  .meta({ id: "DeadLetter" });

export type DeadLetter = DeepReadonly<z.output<typeof deadLetterSchema>>;

/** `GET /v1/dead-letters` */
export const deadLetterListSchema = z.array(deadLetterSchema).describe("The newest first.");

/** The body of `POST /v1/dead-letters/replay`. */
export const replayBodySchema = z
  .strictObject({
    letters: z
      .array(
        z.strictObject({
          topic: z.string().optional().describe("Absent: the dead letters of `documents`."),
          partition: z.int().nonnegative(),
          offset: z.int().nonnegative(),
        }),
      )
      .min(1)
      .max(1_000)
      .optional()
      .describe("`dead_letter` of each that is to go back."),
    all: z.literal(true).optional().describe("All that no replay of all went past yet."),
    force: z.boolean().default(false).describe("Even over something newer."),
  })
  .refine(
    ({ letters, all }) => (letters === undefined) !== (all === undefined),
    'give either "letters" or "all": true',
  );

/** The answer of `POST /v1/dead-letters/replay`. */
export const replayResultSchema = z
  .object({
    replayed: z.int(),
    skipped: z.array(place.extend({ reason: z.string() })).describe("The first 1,000."),
    skipped_total: z.int(),
  })
  .meta({ id: "ReplayResult" });

export type ReplayResult = DeepReadonly<z.output<typeof replayResultSchema>>;
