import { readdirSync, readFileSync } from "node:fs";
import type { Engine } from "../engine/engine.ts";

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Series {
  readonly endpoint: string;
  readonly status: number;
  count: number;
  seconds: number;
  least: number;
  most: number;
  readonly buckets: number[];
}

/** Qdrant's metric names, as far as they make sense for one process; labels are routes and collections, never points. */
export interface ServerMetrics {
  observe(endpoint: string, status: number, seconds: number): void;
  render(engine: Engine): string;
  /** The same as Qdrant's telemetry. */
  telemetry(engine: Engine): object;
}

export function createServerMetrics(version: string, id: string, startup: Date): ServerMetrics {
  const responses = new Map<string, Series>();

  return {
    observe(endpoint, status, seconds) {
      const [method, path] = endpoint.split(" ");
      const labels = `method="${method}",endpoint="${path}",status="${status}"`;
      const series = responses.get(labels) ?? emptySeries(endpoint, status);
      responses.set(labels, series);
      series.count += 1;
      series.seconds += seconds;
      series.least = Math.min(series.least, seconds);
      series.most = Math.max(series.most, seconds);
      BUCKETS.forEach((bound, i) => {
        if (seconds <= bound) series.buckets[i]! += 1;
      });
    },
    telemetry(engine) {
      const byEndpoint: Record<string, Record<string, object>> = {};
      for (const { endpoint, status, count, seconds } of responses.values()) {
        const shown = endpoint.replace(":name", "{collection_name}").replace(":id", "{id}");
        byEndpoint[shown] = {
          ...byEndpoint[shown],
          [status]: { count, avg_duration_micros: (1e6 * seconds) / count },
        };
      }
      return {
        id,
        app: { name: "eddy", version, startup: startup.toISOString() },
        collections: { number_of_collections: engine.names().length },
        cluster: { enabled: false, resharding_enabled: false },
        requests: { rest: { responses: byEndpoint } },
      };
    },
    render(engine) {
      const collections = engine.names().map((name) => engine.collection(name));
      const vectors = collections.map(({ vectorCounts }) => vectorCounts.reduce((sum, [, count]) => sum + count, 0));
      const memory = process.memoryUsage();
      const usage = process.resourceUsage();
      const lines = [
        ...family("app_info", "gauge", "name and version of the store", [[`name="eddy",version="${version}"`, 1]]),
        ...family("cluster_enabled", "gauge", "is cluster support on", [["", 0]]),
        ...family("collections_total", "gauge", "number of collections", [["", collections.length]]),
        ...family("collections_vector_total", "gauge", "vectors in all collections", [["", sum(vectors)]]),
        ...family(
          "collection_points",
          "gauge",
          "points in a collection",
          collections.map(({ name, size }) => [`id="${escapeLabel(name)}"`, size]),
        ),
        ...family(
          "collection_vectors",
          "gauge",
          "vectors in a collection",
          collections.map(({ name }, i) => [`collection="${escapeLabel(name)}"`, vectors[i]!]),
        ),
        ...family(
          "rest_responses_total",
          "counter",
          "responses by route and status",
          [...responses].map(([labels, { count }]) => [labels, count]),
        ),
        "# HELP rest_responses_duration_seconds time to answer",
        "# TYPE rest_responses_duration_seconds histogram",
        ...[...responses].flatMap(([labels, series]) => histogram(labels, series)),
        ...durations("avg", "mean", responses, ({ seconds, count }) => seconds / count),
        ...durations("min", "least", responses, ({ least }) => least),
        ...durations("max", "greatest", responses, ({ most }) => most),
        ...CONSTANT.flatMap(([name, help, value]) => family(name, "gauge", help, [["", value]])),
        ...PER_COLLECTION.flatMap(([name, help, value]) =>
          family(
            name,
            "gauge",
            help,
            collections.map((one) => [`id="${escapeLabel(one.name)}"`, value]),
          ),
        ),
        ...family("process_minor_page_faults_total", "counter", "page faults without a read", [
          ["", usage.minorPageFault],
        ]),
        ...family("process_major_page_faults_total", "counter", "page faults with a read", [
          ["", usage.majorPageFault],
        ]),
        ...processFamilies(),
        ...family("memory_resident_bytes", "gauge", "resident memory of the process", [["", memory.rss]]),
        ...family("memory_allocated_bytes", "gauge", "heap and buffers in use", [
          ["", memory.heapUsed + memory.external],
        ]),
      ];
      return `${lines.join("\n")}\n`;
    },
  };
}

function emptySeries(endpoint: string, status: number): Series {
  const buckets = BUCKETS.map(() => 0);
  return { endpoint, status, count: 0, seconds: 0, least: Number.POSITIVE_INFINITY, most: 0, buckets };
}

function family(name: string, type: string, help: string, samples: readonly (readonly [string, number])[]): string[] {
  const values = samples.map(([labels, value]) => `${name}${labels && `{${labels}}`} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values];
}

function histogram(labels: string, { count, seconds, buckets }: Series): string[] {
  const name = "rest_responses_duration_seconds";
  return [
    ...BUCKETS.map((bound, i) => `${name}_bucket{${labels},le="${bound}"} ${buckets[i]}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${seconds}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const escapeLabel = (text: string) => text.replace(/["\\\n]/g, (one) => (one === "\n" ? "\\n" : `\\${one}`));

/** What has one value here: this server is one process, with one copy of everything, which nothing is moved or optimised in. */
const CONSTANT: readonly (readonly [string, string, number])[] = [
  ["app_status_recovery_mode", "is it in recovery mode", 0],
  ["collection_active_replicas_max", "most replicas of a shard", 1],
  ["collection_active_replicas_min", "fewest replicas of a shard", 1],
  ["collection_dead_replicas", "replicas that don't answer", 0],
];
const PER_COLLECTION: readonly (readonly [string, string, number])[] = [
  ["collection_running_optimizations", "optimisations under way", 0],
  ["collection_update_queue_length", "writes that wait", 0],
  ["collection_shard_transfer_incoming", "shards that come", 0],
  ["collection_shard_transfer_outgoing", "shards that go", 0],
];

function durations(kind: string, help: string, responses: ReadonlyMap<string, Series>, of: (series: Series) => number) {
  const samples = [...responses].map(([labels, series]) => [labels, of(series)] as const);
  return family(`rest_responses_${kind}_duration_seconds`, "gauge", `${help} time to answer`, samples);
}

/** As Linux tells; elsewhere they are left out. */
function processFamilies(): string[] {
  try {
    const threads = /^Threads:\s+(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    const files = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return [
      ...family("process_threads", "gauge", "threads", [["", Number(threads)]]),
      ...family("process_open_fds", "gauge", "open files", [["", readdirSync("/proc/self/fd").length]]),
      ...family("process_max_fds", "gauge", "files that may be open", [["", Number(files)]]),
    ];
  } catch {
    return [];
  }
}
