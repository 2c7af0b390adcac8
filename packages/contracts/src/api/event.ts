import { z } from "zod";
import { clusterEventSchema } from "../document.ts";
import type { DeepReadonly } from "./deep-readonly.ts";

/** `GET /v1/events` */
export const eventListSchema = z
  .object({ events: z.array(clusterEventSchema).describe("The newest first.") })
  .meta({ id: "EventList" });

export type EventList = DeepReadonly<z.output<typeof eventListSchema>>;
