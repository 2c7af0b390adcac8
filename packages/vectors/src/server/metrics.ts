import type { Engine } from "../engine/engine.ts";

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Series {
  count: number;
  seconds: number;
  readonly buckets: number[];
}

/** Qdrant's metric names, as far as they make sense for one process; labels are routes and collections, never points. */
export interface ServerMetrics {
  observe(endpoint: string, status: number, seconds: number): void;
  render(engine: Engine): string;
}

export function createServerMetrics(version: string): ServerMetrics {
  const responses = new Map<string, Series>();

  return {
    observe(endpoint, status, seconds) {
      const [method, path] = endpoint.split(" ");
      const labels = `method="${method}",endpoint="${path}",status="${status}"`;
      const series = responses.get(labels) ?? { count: 0, seconds: 0, buckets: BUCKETS.map(() => 0) };
      responses.set(labels, series);
      series.count += 1;
      series.seconds += seconds;
      BUCKETS.forEach((bound, i) => {
        if (seconds <= bound) series.buckets[i]! += 1;
      });
    },
    render(engine) {
      const collections = engine.names().map((name) => engine.collection(name));
      const vectors = collections.map(({ vectorCounts }) => vectorCounts.reduce((sum, [, count]) => sum + count, 0));
      const memory = process.memoryUsage();
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
        ...family("memory_resident_bytes", "gauge", "resident memory of the process", [["", memory.rss]]),
        ...family("memory_allocated_bytes", "gauge", "heap and buffers in use", [
          ["", memory.heapUsed + memory.external],
        ]),
      ];
      return `${lines.join("\n")}\n`;
    },
  };
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
