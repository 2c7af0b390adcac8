import { expect, it } from "vitest";
import { meterHttp } from "./http-metrics.ts";
import { createHttpApp } from "./http-server.ts";
import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";

it("counts requests by route and status, and never by what the asker wrote (G10)", async () => {
  const metrics = createMetrics({ processMetrics: false });
  const app = await createHttpApp({
    logger: createLogger({ service: "test", level: "silent", write: () => {} }),
    register: [meterHttp(metrics), (own) => void own.get("/v1/documents/:id", async () => ({}))],
  });
  for (const url of ["/v1/documents/a", "/v1/documents/b", "/made/up", "/also/made/up"]) await app.inject({ url });
  await app.close();
  const counts = (await metrics.text()).split("\n").filter((line) => line.includes("_seconds_count"));
  expect(counts.map((line) => line.slice(line.indexOf("{"))).sort()).toEqual([
    '{method="GET",route="/v1/documents/:id",status="200"} 2',
    '{method="any",route="none",status="404"} 2',
  ]);
});
