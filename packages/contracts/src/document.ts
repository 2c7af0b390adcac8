import { z } from "zod";

/** Longest id in UTF-8 bytes. */
export const MAX_ID_BYTES = 512;

const id = z
  .string()
  .min(1, "must not be empty")
  .refine((value) => !value.includes("\0"), "must not hold a NUL")
  .refine((value) => value.isWellFormed(), "must be well-formed Unicode")
  .refine((value) => Buffer.byteLength(value) <= MAX_ID_BYTES, `must be at most ${MAX_ID_BYTES} bytes of UTF-8`);

const rfc3339 = z
  .string()
  .refine((value) => parseDate(value) !== undefined, "must be a date like 2026-11-22T10:00:00Z");

/** The value of a record in `documents`, as people publish it. A record with a key and no id takes the key for its id. */
export const documentSchema = z
  .object({
    id: z
      .union([id, z.int().nonnegative().transform(String)])
      .optional()
      .describe(
        "Identity: a later document with the same id replaces this one. Missing: the record's key, else made from its place in the topic.",
      ),
    text: z.string().describe("What is embedded, after cleaning (HTML, entities, Unicode NFC, white space)."),
    title: z.string().optional().describe("Put before the text where the text doesn't begin with it."),
    source: z.string().max(256).optional().describe("Where it comes from; to filter by."),
    published_at: rfc3339.optional().describe("RFC 3339; to filter by."),
    label: z
      .string()
      .max(256)
      .optional()
      .describe("What it is known to be about: never used to cluster, only to evaluate."),
    metadata: z.record(z.string(), z.unknown()).optional().describe("Kept as it is, beside the document."),
    vector: z
      .union([z.array(z.number()), z.base64()], { error: "expected finite numbers, or f32 in base64" })
      .optional()
      .describe(
        "A ready embedding of the pipeline's width: the embedder is skipped. Numbers, or f32, little-endian, in base64, which is read in a quarter of the time.",
      ),
  })
  .describe("A document to be clustered.");

export type Document = z.output<typeof documentSchema>;
export type DocumentInput = z.input<typeof documentSchema>;

/** The value of a record in `texts`: an accepted document, cleaned. null = deleted. */
export const acceptedTextSchema = z
  .object({
    format: z.literal(1),
    document_id: id,
    revision: z.string().describe("`partition:offset` of its record in `documents`."),
    text: z.string(),
    title: z.string().optional(),
    source: z.string().optional(),
    published_at: z.string().optional(),
    label: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    vector: z.string().optional().describe("The ready embedding that it brought: f32, little-endian, in base64."),
    received_at: z.string().describe("RFC 3339: timestamp of its record in `documents`."),
  })
  .describe("An accepted document, cleaned, with its revision.");

export type AcceptedText = z.output<typeof acceptedTextSchema>;

/** The value of a record in `assignments`. null = deleted; its version is in the header `eddy-version`. */
export const assignmentSchema = z
  .object({
    document_id: id,
    cluster_id: z.string().describe("`c12`: never used again for another cluster."),
    distance: z.number().describe("To the centre: 1 − cosine, or Euclidean."),
    margin: z.number().describe("Distance to the second nearest centre less `distance`."),
    version: z
      .int()
      .describe("Model version that counted this content. A table keeps the greatest (version, assigned_with)."),
    assigned_with: z.int().describe("Model version that chose the cluster."),
    assigned_at: z.string().describe("RFC 3339."),
  })
  .describe("The cluster of a document.");

export type Assignment = z.output<typeof assignmentSchema>;

/** The value of a record in `cluster-events`. */
export const clusterEventSchema = z
  .object({
    type: z.enum(["seeded", "born", "retired", "refitted", "renamed", "relabelled", "merged", "split", "drifted"]),
    cluster_id: z.string().optional(),
    version: z.int().describe("Offset of the event in the model log."),
    at: z.string().describe("RFC 3339."),
    detail: z.record(z.string(), z.unknown()).optional(),
  })
  .describe("Something that happened to a cluster.");

export type ClusterEvent = z.output<typeof clusterEventSchema>;

/** Milliseconds since 1970 of an RFC 3339 date or date-time, or undefined. */
export function parseDate(value: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?)?$/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
