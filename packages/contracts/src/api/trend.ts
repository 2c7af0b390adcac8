import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

export const trendClockSchema = z.enum(["received", "published"]);

/** `GET /v1/trend` */
export const trendSchema = z
  .object({
    clock: trendClockSchema,
    from: z.string().describe("RFC 3339: where the first bucket begins."),
    to: z.string().describe("RFC 3339: where the last bucket ends."),
    step_seconds: z.number().describe("Of a bucket."),
    clusters: z
      .array(
        z.object({
          cluster_id: z.string(),
          counts: z.array(z.int()).describe("Living documents in each bucket, the oldest first."),
        }),
      )
      .describe("Living clusters, the largest in this time first."),
  })
  .meta({ id: "Trend" });

export type Trend = DeepReadonly<z.output<typeof trendSchema>>;
