import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";
import { createPhaseMeter, inPhase } from "./phase-metrics.ts";
import { meterProcess } from "./process-metrics.ts";

it("tells what runs here, and what it costs", async () => {
  const metrics = createMetrics({ processMetrics: false });
  meterProcess(metrics, { service: "ingest", pipeline: "news", costPerHour: 0.12 });
  const text = await metrics.text();
  expect(text).toMatch(
    new RegExp(
      `^eddy_build_info\\{version="\\d+\\.\\d+\\.\\d+",service="ingest",pipeline="news",node="${process.versions.node}"\\} 1$`,
      "m",
    ),
  );
  expect(text).toMatch(/^eddy_cost_per_hour 0\.12$/m);
});

it("meters a phase whether it fails or not", async () => {
  const metrics = createMetrics({ processMetrics: false });
  const meter = createPhaseMeter("ingest", metrics);
  expect(await inPhase(meter, "fetch", async () => 7)).toBe(7);
  await expect(inPhase(meter, "fetch", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await metrics.text()).toMatch(/^eddy_phase_seconds_count\{service="ingest",phase="fetch"\} 2$/m);
});
