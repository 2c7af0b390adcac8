import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

/** `GET /v1/documents/ID/history` */
export const documentHistorySchema = z
  .object({
    document_id: z.string(),
    events: z
      .array(
        z.object({
          at: z.string().describe("RFC 3339."),
          kind: z.enum(["received", "clustered", "deleted", "rejected"]),
          revision: z.string().optional().describe("received: which version of the document."),
          cluster_id: z.string().optional(),
          distance: z.number().optional(),
          margin: z.number().optional(),
          version: z.int().optional().describe("Model version that counted it."),
          assigned_with: z.int().optional().describe("Model version that chose the cluster."),
          code: z.string().optional().describe("rejected: why, from the closed list of codes."),
          message: z.string().optional(),
        }),
      )
      .describe("The newest first."),
    complete: z.boolean().describe("false: older events are no longer kept, or were not searched."),
    searched_from: z.string().optional().describe("RFC 3339: what is older was not searched, or is gone."),
  })
  .meta({ id: "DocumentHistory" });

export type DocumentHistory = DeepReadonly<z.output<typeof documentHistorySchema>>;
export type DocumentEvent = DocumentHistory["events"][number];
