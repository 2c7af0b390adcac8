import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

/** The body of `POST /v1/classify`. */
export const classifyBodySchema = z.strictObject({ text: z.string(), title: z.string().optional() });

/** The answer of `POST /v1/classify`. */
export const classificationSchema = z
  .object({
    cluster_id: z.string(),
    name: z.string().optional(),
    keywords: z.array(z.string()),
    distance: z.number(),
    margin: z.number().describe("Distance to the second nearest centre less `distance`; 0 where there is one cluster."),
    alternatives: z
      .array(z.object({ cluster_id: z.string(), name: z.string().optional(), distance: z.number() }))
      .describe("The next nearest, at most three."),
  })
  .meta({ id: "Classification", description: "Where a text would go now." });

export type Classification = DeepReadonly<z.output<typeof classificationSchema>>;
