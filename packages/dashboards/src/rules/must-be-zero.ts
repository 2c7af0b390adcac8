import { eddy as m } from "../metrics.ts";
import { createPromQl, ruleScope, type Scope } from "../promql.ts";

export interface MustBeZero {
  readonly name: string;
  /** Above 0: it has happened within the last hour (counters), or is so now (gauges). */
  readonly expr: string;
  readonly why: string;
}

/**
 * What never happens in a healthy pipeline, whatever it is published and whoever is killed. The alert, a panel and the
 * runbook are made from this list.
 */
export function mustBeZeroOn(scope: Scope): readonly MustBeZero[] {
  const q = createPromQl({ ...scope, range: "1h" });
  return [
    {
      name: "chain gaps",
      expr: q.gauge("sum", m.gap.gaps),
      why: "records between two workers are gone, and what follows them waits",
    },
    {
      name: "sessions begun anew",
      expr: q.increase(m.worker.anew),
      why: "a group's offsets expired or were set by a tool: records may have been passed over",
    },
    {
      name: "records that kill a process",
      expr: q.increase(m.worker.suspected, { where: { condemned: "yes" } }),
      why: "a document kills the process that works on it; it is in the dead letters",
    },
    {
      name: "records that a stage fails on",
      expr: q.increase(m.worker.rejects, { where: { reason: "CRASHED" } }),
      why: "a fault in Eddy, not in the document",
    },
    {
      name: "vectors that are not finite",
      expr: q.increase(m.worker.rejects, { where: { service: "embed-worker", reason: "INVALID_VECTOR" } }),
      why: "the embedding model gave a value that is no number: a damaged model, or a faulty device",
    },
    {
      name: "invalid events of the model log",
      expr: q.gauge("max", m.model.refused, { where: { reason: "invalid" } }),
      why: "someone else writes to the model log, or a worker computes nonsense",
    },
  ];
}

export const mustBeZero = mustBeZeroOn(ruleScope);

/** All of them, by name. */
export const mustBeZeroExpression = mustBeZero
  .map(({ name, expr }) => `label_replace(${expr}, "what", "${name}", "", "")`)
  .join("\nor ");
