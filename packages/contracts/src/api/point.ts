import { z } from "zod";
import type { PointPayload } from "../collection.ts";
import type { DeepReadonly } from "./deep-readonly.ts";

/** A clustered document: the payload of its point (`PointPayload`). */
export const pointSchema = z
  .object({
    document_id: z.string(),
    text: z.string().optional(),
    title: z.string().optional(),
    source: z.string().optional(),
    published_at: z.string().optional().describe("RFC 3339."),
    label: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    revision: z.string().describe("`partition:offset` of the record in `documents` that this content came by."),
    received_at: z.string().describe("RFC 3339: when the record entered `documents`."),
    cluster_id: z.string().optional(),
    distance: z.number().optional().describe("To the centre of the cluster: 1 − cosine, or Euclidean."),
    margin: z.number().optional().describe("Distance to the second nearest centre less `distance`."),
    version: z.int().describe("Model version that counted this content."),
    assigned_with: z.int().describe("Model version that chose the cluster."),
    counted_in: z.string().optional().describe("Cluster whose count holds it."),
    counted_at: z.number().optional(),
    assigned_at: z.string().describe("RFC 3339."),
    model: z.string().optional(),
    model_revision: z.string().optional(),
    truncated: z.boolean().optional().describe("The text was longer than the model reads."),
    deleted: z.boolean().optional(),
  } satisfies Record<keyof PointPayload, z.ZodType>)
  .meta({ id: "ClusteredDocument" });

export type PointView = DeepReadonly<z.output<typeof pointSchema>>;

/** `GET /v1/documents` */
export const pointPageSchema = z
  .object({
    documents: z.array(pointSchema),
    next: z.string().nullable().describe("To be given as `after`; null: that was the last page."),
  })
  .meta({ id: "DocumentPage" });

export type PointPage = DeepReadonly<z.output<typeof pointPageSchema>>;

/** Longest text in a list, in UTF-16 units. */
export const EXCERPT_CHARACTERS = 300;

/** A document in a list, shortened. */
export const excerptSchema = z.object({
  document_id: z.string(),
  title: z.string().optional(),
  text: z.string().optional().describe(`Its beginning: at most ${EXCERPT_CHARACTERS} characters.`),
  source: z.string().optional(),
  published_at: z.string().optional().describe("RFC 3339."),
  label: z.string().optional(),
  received_at: z.string().describe("RFC 3339."),
});

export type Excerpt = DeepReadonly<z.output<typeof excerptSchema>>;
