import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";
import { excerptSchema } from "./point.ts";

export const searchBySchema = z.enum(["meaning", "word"]);

/** `GET /v1/search` */
export const searchSchema = z
  .object({
    by: searchBySchema,
    documents: z
      .array(
        excerptSchema.extend({
          cluster_id: z.string(),
          score: z
            .number()
            .optional()
            .describe("By meaning, where the pipeline is spherical: the cosine of question and document."),
        }),
      )
      .describe("By meaning: the nearest first. By word: those that hold all the words, the latest received first."),
  })
  .meta({ id: "Search" });

export type Search = DeepReadonly<z.output<typeof searchSchema>>;
