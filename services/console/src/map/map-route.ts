import { mapSchema } from "@eddy/contracts/api/map";
import { readParameters } from "@eddy/runtime/http-parameters";
import { describeRoute, json } from "@eddy/runtime/http-route";
import type { HttpApp } from "@eddy/runtime/http-server";
import { z } from "zod";
import type { ConsolePorts } from "../ports.ts";
import { createLayoutMaker } from "./layout-maker.ts";
import { createLiveMap } from "./live-map.ts";

const query = z.strictObject({
  since: z.coerce.number().int().optional().describe("The `revision` of an earlier answer."),
});

/** `GET /v1/map` */
export function registerMap(app: HttpApp, ports: ConsolePorts): void {
  const map = createLiveMap(ports, { maker: createLayoutMaker() });
  app.addHook("onClose", () => map.close());
  const route = describeRoute({
    scope: "read",
    summary: "The documents in two dimensions, or what changed on that map.",
    description:
      "Points that are near each other mean something alike; far ones say little. A point stays where it is until its content " +
      "changes or the layout is made anew. The map is kept up while it is asked for: ask every two seconds.",
    query,
    answer: json(mapSchema),
  });
  app.get("/v1/map", route, async ({ query: given }) => map.read(readParameters(query, given).since));
}
