import { delta, refitted, seededLog } from "@eddy/clustering/fold-fixture";
import type { Replica } from "@eddy/model/replica";
import { createMetrics } from "@eddy/runtime/metrics";
import { expect, it } from "vitest";
import { meterModel } from "./model-metrics.ts";

function watched() {
  const log = seededLog();
  const last = new Map<string, number>();
  const metrics = createMetrics({ processMetrics: false });
  const replica = { state: log.state } as Replica;
  const meter = meterModel(replica, { last }, 500, metrics);
  return {
    log,
    last,
    meter,
    async samples() {
      return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    },
  };
}

it("tells of the model in hand at each scrape", async () => {
  const { log, last, samples } = watched();
  expect(await samples()).toEqual(
    expect.arrayContaining(["eddy_clusters 2", "eddy_model_documents 0", "eddy_model_epoch 1"]),
  );
  log.apply(delta(-1, 0));
  log.apply(delta(0, 1));
  log.apply(delta(7, 8));
  last.set("seeded", 1_500);
  expect(await samples()).toEqual(
    expect.arrayContaining([
      "eddy_model_documents 2",
      `eddy_model_version ${log.state.version}`,
      'eddy_cluster_share_ratio{cluster="c1"} 1',
      'eddy_cluster_share_ratio{cluster="c2"} 0',
      'eddy_model_events_refused{reason="range"} 1',
      'eddy_model_events_refused{reason="invalid"} 0',
      'eddy_model_change_timestamp_seconds{kind="seeded"} 1.5',
    ]),
  );
});

it("bounds the clusters by name: ten, and the others (G10)", async () => {
  const { log, samples } = watched();
  log.apply(refitted(...Array.from({ length: 14 }, (_, n) => ({ cluster: n < 2 ? n + 1 : 0, vector: [n, 1] }))));
  const clusters = [...log.state.clusters.keys()];
  clusters.forEach((cluster, n) => {
    const touched = [{ cluster, added: 1, removed: 0, sum: Float32Array.of(1, 0), sumSquares: 1, removedWeight: 0 }];
    expect(log.apply(delta(n - 1, n, { clusters: [cluster], touched }))).toEqual({ taken: true });
  });
  const shares = (await samples()).filter((line) => line.startsWith("eddy_cluster_share_ratio"));
  expect(shares).toHaveLength(11);
  expect(shares.at(-1)).toMatch(/cluster="other"\} 0\.28/);
});

it("measures how far the centres went in a thousand documents", async () => {
  const { log, meter, samples } = watched();
  meter.counted(1);
  log.apply(
    delta(-1, 0, {
      touched: [{ cluster: 1, added: 1, removed: 0, sum: Float32Array.of(0, 16), sumSquares: 1, removedWeight: 0 }],
    }),
  );
  meter.counted(500);
  expect(await samples()).toContain("eddy_centroid_shift_mean 0");
  meter.counted(500);
  const [shift] = (await samples()).filter((line) => line.startsWith("eddy_centroid_shift_mean"));
  expect(Number(shift!.split(" ")[1])).toBeGreaterThan(0.1);
});

it("tells of snapshots, and of none", async () => {
  const { meter, samples } = watched();
  expect(await samples()).toEqual(
    expect.arrayContaining([
      "eddy_snapshot_version -1",
      "eddy_snapshot_timestamp_seconds 0",
      "eddy_snapshot_interval_events 500",
    ]),
  );
  meter.snapshot(12, 3_000);
  expect(await samples()).toEqual(
    expect.arrayContaining(["eddy_snapshot_version 12", "eddy_snapshot_timestamp_seconds 3"]),
  );
});
