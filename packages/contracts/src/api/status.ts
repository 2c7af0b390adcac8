import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";
import { choiceSchema, seedingSchema } from "./seeding.ts";

const embedderSchema = z
  .object({
    model: z.string(),
    revision: z.string(),
    dimensions: z.int(),
    dtype: z.string(),
    device: z.string(),
    maxTokens: z.int(),
    pooling: z.enum(["mean", "cls", "none"]),
    batchMaxTokens: z.int().optional(),
    longTexts: z.enum(["truncate", "chunks"]).optional(),
    lanes: z.int().optional(),
  })
  .describe("The embedding model, as it runs here.");

/** `GET /v1/status` */
export const statusSchema = z
  .object({
    pipeline: z.string(),
    version: z.string().describe("Eddy's."),
    documents: z
      .object({ received: z.int(), rejected: z.int(), embedded: z.int(), clustered: z.int() })
      .describe("Records written so far; what retention took is counted too."),
    lag: z
      .object({ documents: z.int(), texts: z.int(), embeddings: z.int() })
      .describe("Records of a topic that its reader has still to read."),
    clusters: z.int(),
    seeding: seedingSchema.nullable(),
    model: z.object({
      version: z.int(),
      epoch: z.int(),
      documents: z.int().describe("Ever counted."),
      choice: choiceSchema.nullable(),
    }),
    rates: z.object({ clustered_per_second: z.number() }),
    embedder: embedderSchema,
    device: z.string().describe("What the embedder really uses: cpu, webgpu, cuda."),
  })
  .meta({ id: "Status" });

export type Status = DeepReadonly<z.output<typeof statusSchema>>;

/** `GET /v1/status/history`, as columns. */
export const statusHistorySchema = z
  .object({
    step_seconds: z.number().describe("Between two looks."),
    at: z.array(z.number()).describe("Unix time in seconds, the oldest first."),
    received_per_second: z.array(z.number()),
    clustered_per_second: z.array(z.number()),
    lag: z.array(z.int()).describe("Records that still lie before a worker."),
  })
  .meta({ id: "StatusHistory", description: "What this process saw, over the last half hour at most." });

export type StatusHistory = DeepReadonly<z.output<typeof statusHistorySchema>>;
