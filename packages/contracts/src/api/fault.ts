import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

/** The body of every answer that is an error; details stand beside code and message. */
export const faultSchema = z
  .object({
    error: z.looseObject({
      code: z.string().describe("From a closed list: docs/reference/errors.md."),
      message: z.string().describe("For people: what is wrong, and what to do."),
    }),
  })
  .meta({ id: "Fault", description: "Why it was not done." });

export type FaultBody = DeepReadonly<z.output<typeof faultSchema>>;
