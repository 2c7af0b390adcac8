/** `eddy up` with a stream of documents, refusals, an edit and deletions, scraped by a Prometheus. */
import { fileURLToPath } from "node:url";
import { type Prometheus, startPrometheus } from "../peers/prometheus.ts";
import { startUp, temporaryFolder, type Up } from "../support/eddy-process.ts";
import { publish, send } from "../support/publish.ts";
import { until } from "../support/until.ts";

const rules = fileURLToPath(new URL("../../deploy/prometheus/rules", import.meta.url));

/** What Grafana would put in; the ranges are short because the run is. */
const values: Readonly<Record<string, string>> = { $__rate_interval: "20s", $job: "eddy", $qdrant: "qdrant" };

export const filledIn = (expr: string) =>
  expr.replace(/\$[a-z_]+/g, (name) => values[name] ?? name).replaceAll("[5m]", "[20s]");

export interface WatchedRun {
  readonly up: Up;
  readonly prometheus: Prometheus;
  stop(): Promise<void>;
}

/** Ready once the model was seeded, a snapshot written and everything scraped for `scrapedSeconds`. */
export async function startWatchedRun({
  rate,
  scrapedSeconds,
}: {
  rate: number;
  scrapedSeconds: number;
}): Promise<WatchedRun> {
  const home = temporaryFolder();
  const env = {
    EDDY_COST_PER_HOUR: "0.12",
    EDDY_SNAPSHOT_EVERY: "10",
    EDDY_EMBED_CACHE_BYTES: "16MiB",
    EDDY_CACHE: home.path,
  };
  const up = await startUp(home.path, ["--demo", "--demo-rate", String(rate), "--clusters", "12"], { env });
  const jobs = { eddy: [new URL(up.metrics).host], qdrant: [new URL(up.qdrant).host] };
  const prometheus = await startPrometheus({ jobs, ruleFiles: [`${rules}/*.yaml`] });
  const counted = async () => (await up.status()).model.documents;
  await until("the first seed", 90_000, async () => (await counted()) > 0);
  await publish(up.api, [
    { id: "a", text: "the orbiter docks with the station" },
    { id: "b", text: "the court hears the case" },
  ]);
  await send(up.api, [{ id: "c" }, { id: "d", text: "" }, { id: "e", text: "a good one among bad ones" }]);
  await publish(up.api, [{ id: "a", text: "the orbiter leaves the station" }]);
  await fetch(`${up.api}/v1/documents/b`, { method: "DELETE" });
  // People who look, for as long as the run lasts.
  const people = setInterval(() => {
    for (const url of [`${up.api}/v1/clusters`, `${up.qdrant}/collections`]) fetch(url).catch(() => {});
    send(up.api, [{ id: "f", text: "" }]).catch(() => {});
  }, 1_000);
  const snapshots = async () => (await prometheus.query("max(eddy_snapshot_timestamp_seconds)"))[0]?.value ?? 0;
  await until("a snapshot", 90_000, async () => (await snapshots()) > 0);
  const scraped = async () => (await prometheus.query("count_over_time(up{job='eddy'}[10m])"))[0]?.value ?? 0;
  await until("scrapes", (scrapedSeconds + 60) * 1_000, async () => (await scraped()) >= scrapedSeconds);
  return {
    up,
    prometheus,
    async stop() {
      clearInterval(people);
      await prometheus.stop();
      await up.stop();
      home.remove();
    },
  };
}
