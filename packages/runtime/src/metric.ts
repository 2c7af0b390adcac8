/** Metrics are declared as data, so that the docs, the dashboards and the code name the same ones. */
export interface MetricDefinition<L extends string = string> {
  readonly type: "counter" | "gauge" | "histogram";
  /** `eddy_<thing>_<unit>`: base units (`_seconds`, `_bytes`, `_ratio`), counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of labels with few values: never a document or cluster id (see bounded-labels.ts). */
  readonly labels?: readonly L[];
  /** Upper bounds of a histogram's buckets, in the metric's unit. */
  readonly buckets?: readonly number[];
}

/** OpenTelemetry's boundaries for durations, in seconds. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Powers of two, for sizes of batches. */
export const SIZE_BUCKETS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

/** Checks the name against Prometheus' conventions (prometheus.io/docs/practices/naming). Throws a TypeError. */
export function defineMetric<const T extends MetricDefinition["type"], const L extends string = never>(
  definition: MetricDefinition<L> & { readonly type: T },
): MetricDefinition<L> & { readonly type: T } {
  const { name, type, labels = [], buckets } = definition;
  const wrong = (rule: string) => new TypeError(`metric ${name}: ${rule}`);
  if (!/^eddy(_[a-z0-9]+)+$/.test(name)) throw wrong("the name must be eddy_… in lower case");
  if (/_(ms|milliseconds|percent|kb|mb)(_|$)/.test(name)) throw wrong("use base units: seconds, bytes, ratio");
  if ((type === "counter") !== name.endsWith("_total")) throw wrong("counters, and only they, end in _total");
  if ((type === "histogram") !== (buckets !== undefined)) throw wrong("histograms, and only they, have buckets");
  for (const label of labels) {
    if (!/^[a-z][a-z0-9_]*$/.test(label) || label === "le") throw wrong(`label "${label}" is not a label's name`);
  }
  return definition;
}
