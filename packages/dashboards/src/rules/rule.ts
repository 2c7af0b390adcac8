export interface RecordingRule {
  /** `level:metric:operation`. */
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: "critical" | "warning";
  /** One line; `{{ $labels.… }}` and `{{ $value }}` are replaced. */
  readonly summary: string;
  readonly description: string;
  /** File of docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly dashboard: string;
}
