import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

const columns = z
  .object({
    id: z.array(z.string()).describe("Document ids."),
    x: z.array(z.number()).describe("Nearly all within -1 to 1."),
    y: z.array(z.number()).describe("Nearly all within -1 to 1."),
    cluster: z.array(z.int()).describe("Places in `clusters`."),
    title: z.array(z.string()).describe("The title, or the beginning of the text."),
  })
  .describe("Points as columns of one length.");

/** `GET /v1/map` */
export const mapSchema = z
  .object({
    layout: z
      .object({
        id: z.string().describe("Another one with each new layout."),
        method: z.enum(["pca", "umap"]),
        fitted_on: z.int().describe("Documents that it was fitted on; the others were placed into it."),
        made_at: z.string().describe("RFC 3339."),
      })
      .nullable()
      .describe("null: there are too few documents, or the first layout is being made."),
    revision: z.int().describe("Give it back as `since` to get only what changed."),
    full: z.boolean().describe("The whole map; false: only what changed since."),
    documents: z.int().describe("Documents that are clustered."),
    shown: z.int().describe("Points on the map: fewer than documents where it shows a uniform sample."),
    clusters: z.array(z.string()).describe("What `points.cluster` counts through."),
    points: columns,
    removed: z.array(z.string()).describe("Documents that are no longer on the map; none where `full`."),
  })
  .meta({ id: "Map" });

export type DocumentMap = DeepReadonly<z.output<typeof mapSchema>>;
