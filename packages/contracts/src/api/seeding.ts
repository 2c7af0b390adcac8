import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

export const seedingSchema = z
  .object({ have: z.int(), want: z.int() })
  .describe("Documents read for the first model, and how many it wants.");

export type Seeding = DeepReadonly<z.output<typeof seedingSchema>>;

/** How the number of clusters was chosen: `KChoice` of the model. */
export const choiceSchema = z
  .object({
    automatic: z.boolean(),
    chosen: z.int(),
    score: z.number().describe("Simplified silhouette, −1 to 1."),
    runnerUp: z.int(),
    runnerUpScore: z.number(),
    clear: z.boolean().describe("false: no number of clusters stands out."),
  })
  .describe("How the number of clusters was chosen.");
