import { FatalError } from "@eddy/contracts/errors";
import * as prom from "prom-client";
import type { MetricDefinition } from "./metric.ts";

/** No argument for a metric without labels, else one object with a value for each. */
export type LabelArguments<L extends string> = [L] extends [never] ? [] : [labels: Readonly<Record<L, string>>];

export interface Counter<L extends string> {
  /** `by` ≥ 0. */
  inc(by: number, ...labels: LabelArguments<L>): void;
}

export interface Gauge<L extends string> {
  set(value: number, ...labels: LabelArguments<L>): void;
  /** Sets these series and forgets all others: for a top N whose members change. */
  replace(rows: Iterable<GaugeRow<L>>): void;
}

export interface Histogram<L extends string> {
  observe(value: number, ...labels: LabelArguments<L>): void;
}

/** A series and its value. */
export type GaugeRow<L extends string> = readonly [value: number, ...labels: LabelArguments<L>];

export type GaugeReader<L extends string> = [L] extends [never] ? () => number : () => Iterable<GaugeRow<L>>;

type Definition<T extends MetricDefinition["type"], L extends string> = MetricDefinition<L> & { readonly type: T };

/** The metrics of one process, in a registry of its own. The same definition asked for twice is one metric. */
export interface Metrics {
  counter<L extends string>(definition: Definition<"counter", L>): Counter<L>;
  /** `read` is asked at each scrape: for the value, or for all series of a metric with labels. */
  gauge<L extends string>(definition: Definition<"gauge", L>, read?: GaugeReader<L>): Gauge<L>;
  histogram<L extends string>(definition: Definition<"histogram", L>): Histogram<L>;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
  /** What was asked for so far, by name. */
  definitions(): readonly MetricDefinition[];
}

/**
 * How often the lag of the event loop is looked at, in milliseconds; it is part of what `nodejs_eventloop_lag_*` tell. prom-client's own
 * 10 ms keep an idle process at 0.8 % of a core.
 */
export const LOOP_LOOK_MS = 50;

export interface MetricsOptions {
  /** `process_*` and `nodejs_*`; true by default. */
  readonly processMetrics?: boolean;
}

export function createMetrics({ processMetrics = true }: MetricsOptions = {}): Metrics {
  const registry = new prom.Registry();
  if (processMetrics) prom.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_LOOK_MS });
  const known = new Map<string, { definition: MetricDefinition; instrument: unknown }>();

  function once<I>(definition: MetricDefinition, create: () => I): I {
    const entry = known.get(definition.name);
    if (entry === undefined) {
      const instrument = create();
      known.set(definition.name, { definition, instrument });
      return instrument;
    }
    if (entry.definition !== definition) {
      throw new FatalError("INTERNAL", `two metrics are named ${definition.name}: share one definition`);
    }
    return entry.instrument as I;
  }

  const common = ({ name, help, labels = [] }: MetricDefinition) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });

  return {
    counter: (definition) =>
      once(definition, () => {
        const counter = new prom.Counter(common(definition));
        if (!definition.labels?.length) counter.inc(0);
        return { inc: (by, ...[labels]) => counter.inc(labels ?? {}, by) };
      }),
    gauge: <L extends string>(definition: Definition<"gauge", L>, read?: GaugeReader<L>) =>
      once<Gauge<L>>(definition, () => {
        const replace = (rows: Iterable<GaugeRow<L>>) => {
          gauge.reset();
          for (const [value, labels] of rows) gauge.set(labels ?? {}, value);
        };
        const collect = () => {
          const found = (read as () => number | Iterable<GaugeRow<L>>)();
          if (typeof found === "number") gauge.set(found);
          else replace(found);
        };
        const gauge: prom.Gauge = new prom.Gauge({ ...common(definition), ...(read && { collect }) });
        return { set: (value, ...[labels]) => gauge.set(labels ?? {}, value), replace };
      }),
    histogram: (definition) =>
      once(definition, () => {
        const histogram = new prom.Histogram({ ...common(definition), buckets: [...(definition.buckets ?? [])] });
        return { observe: (value, ...[labels]) => histogram.observe(labels ?? {}, value) };
      }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    definitions: () => [...known.values()].map((entry) => entry.definition).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
