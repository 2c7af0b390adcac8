import type { MetricDefinition } from "@eddy/runtime/metric";

/**
 * PromQL made from the definitions of metrics: a metric that is renamed, or loses a label or its type, breaks the build here,
 * never a panel.
 */
export interface Scope {
  /** `$__rate_interval` on a dashboard, `5m` in a rule. */
  readonly range: string;
  /** Matchers that every selector has: `job=~"$job"`. */
  readonly matchers: readonly string[];
  /** Labels that every aggregation keeps. */
  readonly by: readonly string[];
}

/** A value, or a matcher such as `=~"a|b"`. */
export type Where<L extends string> = Readonly<Partial<Record<L, string>>>;

export interface Options<L extends string> {
  readonly by?: readonly L[];
  readonly where?: Where<L>;
  /** Instead of the scope's. */
  readonly range?: string;
}

type Of<T extends MetricDefinition["type"], L extends string> = MetricDefinition<L> & { readonly type: T };

export function createPromQl({ range: ownRange, matchers, by: always }: Scope) {
  function select(name: string, where: Readonly<Record<string, string | undefined>> = {}): string {
    const own = Object.entries(where).flatMap(([label, value]) =>
      value === undefined ? [] : [/^[=!]/.test(value) ? `${label}${value}` : `${label}="${value}"`],
    );
    const all = [...matchers, ...own];
    return all.length === 0 ? name : `${name}{${all.join(",")}}`;
  }

  function aggregate(operator: string, by: readonly string[], expression: string): string {
    const labels = [...always, ...by];
    return labels.length === 0 ? `${operator}(${expression})` : `${operator} by (${labels.join(", ")}) (${expression})`;
  }

  const sumRate = (name: string, { by = [], where, range = ownRange }: Options<string>) =>
    aggregate("sum", by, `rate(${select(name, where)}[${range}])`);

  return {
    select,
    aggregate,
    /** Per second. */
    rate: <L extends string>(counter: Of<"counter", L>, options: Options<NoInfer<L>> = {}) =>
      sumRate(counter.name, options),
    /** Over the range. */
    increase: <L extends string>(
      counter: Of<"counter", L>,
      { by = [], where, range = ownRange }: Options<NoInfer<L>> = {},
    ) => aggregate("sum", by, `increase(${select(counter.name, where)}[${range}])`),
    /** Observations a second. */
    observations: <L extends string>(histogram: Of<"histogram", L>, options: Options<NoInfer<L>> = {}) =>
      sumRate(`${histogram.name}_count`, options),
    /** Of what was observed, a second. */
    observed: <L extends string>(histogram: Of<"histogram", L>, options: Options<NoInfer<L>> = {}) =>
      sumRate(`${histogram.name}_sum`, options),
    /** Observations of at most `bound` a second; throws a RangeError where that is no bound of a bucket. */
    within<L extends string>(
      histogram: Of<"histogram", L>,
      bound: number,
      { where, ...options }: Options<NoInfer<L>> = {},
    ) {
      if (!histogram.buckets?.includes(bound)) throw new RangeError(`${histogram.name} has no bucket up to ${bound}`);
      return sumRate(`${histogram.name}_bucket`, { ...options, where: { ...where, le: String(bound) } });
    },
    quantile: <L extends string>(
      q: number,
      histogram: Of<"histogram", L>,
      { by = [], where, range = ownRange }: Options<NoInfer<L>> = {},
    ) =>
      `histogram_quantile(${q}, ${aggregate("sum", ["le", ...by], `rate(${select(`${histogram.name}_bucket`, where)}[${range}])`)})`,
    gauge: <L extends string>(
      operator: "sum" | "max" | "min" | "avg" | "count",
      gauge: Of<"gauge", L>,
      { by = [], where }: Omit<Options<NoInfer<L>>, "range"> = {},
    ) => aggregate(operator, by, select(gauge.name, where)),
    /** Another's metric, by its name (external-metrics.ts). */
    external: (operator: string, name: string, by: readonly string[] = [], where: Where<string> = {}) =>
      aggregate(operator, by, select(name, where)),
    externalRate: (name: string, options: Options<string> = {}) => sumRate(name, options),
  };
}

export type PromQl = ReturnType<typeof createPromQl>;

/** On a dashboard. */
export const panelScope: Scope = { range: "$__rate_interval", matchers: ['job=~"$job"'], by: [] };
/** In a rule: one value a job. */
export const ruleScope: Scope = { range: "5m", matchers: [], by: ["job"] };
