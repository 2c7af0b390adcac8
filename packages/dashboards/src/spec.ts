/** A dashboard as data: what Grafana gets, what the tests ask Prometheus, and what the pictures are drawn from. */
export interface Query {
  readonly expr: string;
  /** One series' name; `{{label}}` is replaced. */
  readonly legend: string;
}

export type Unit = "perSecond" | "seconds" | "bytes" | "ratio" | "count" | "distance" | "money" | "timestamp";

export interface PanelSpec {
  readonly title: string;
  /** What is seen here, and what should be done about it. */
  readonly description: string;
  readonly kind: "timeseries" | "stat" | "table";
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Above it a stat is red, or below it where `worse` is "below". */
  readonly limit?: { readonly value: number; readonly worse: "above" | "below" };
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** Fixed for good: links and bookmarks rest on it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly RowSpec[];
}

type Some = Omit<PanelSpec, "kind" | "width"> & { readonly width?: number };

export const timeseries = ({ width = 12, ...panel }: Some): PanelSpec => ({ kind: "timeseries", width, ...panel });
export const stat = ({ width = 4, ...panel }: Some): PanelSpec => ({ kind: "stat", width, ...panel });
export const table = ({ width = 12, ...panel }: Some): PanelSpec => ({ kind: "table", width, ...panel });

export const panelsOf = ({ rows }: DashboardSpec): PanelSpec[] => rows.flatMap(({ panels }) => panels);
