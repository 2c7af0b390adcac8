import { alertRules } from "./rules/alerts.ts";

/** Where compose's Grafana is; alerts link to the runbooks that it shows. */
export const GRAFANA_URL = "http://localhost:3000";

/** Files of docs/runbooks, without their ending, in the order of the alerts. */
export const runbookNames: readonly string[] = [...new Set(alertRules.map(({ runbook }) => runbook))];

/** The panel of a runbook on their dashboard: 1, 2 … in the order of runbookNames. */
export function runbookUrl(name: string): string {
  return `${GRAFANA_URL}/d/eddy-runbooks?viewPanel=${runbookNames.indexOf(name) + 1}`;
}
