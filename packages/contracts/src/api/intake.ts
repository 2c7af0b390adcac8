import { z } from "zod";
import { documentSchema } from "../document.ts";
import type { DeepReadonly } from "./deep-readonly.ts";

/** A document as it is published. */
export const publishedSchema = documentSchema.meta({ id: "Document" });

/** The answer of `POST /v1/documents`: what became of the documents of one request. */
export const intakeSummarySchema = z
  .object({
    accepted: z.int().describe("Durable in `documents`."),
    ids: z.array(z.string()).describe("Of the accepted, the first 10,000."),
    rejected: z
      .array(
        z.object({
          index: z.int().describe("Its place among the documents of the request, from 0; blank lines don't count."),
          line: z.int().optional().describe("NDJSON, CSV and TSV: the line that it begins at, from 1."),
          id: z.string().optional(),
          code: z.string(),
          message: z.string(),
        }),
      )
      .describe("The first 1,000."),
    rejected_total: z.int(),
  })
  .meta({ id: "IntakeSummary" });

export type IntakeSummaryView = DeepReadonly<z.output<typeof intakeSummarySchema>>;

/** The answer of `DELETE /v1/documents/ID`. */
export const deletionSchema = z.object({ id: z.string() }).meta({ id: "Deletion" });
