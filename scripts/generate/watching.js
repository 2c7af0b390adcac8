import { readFileSync } from "node:fs";
import { join } from "node:path";
import { grafanaFiles } from "@eddy/dashboards/grafana-files";
import { alertFile, composeConfig, laptopConfig, recordingFile } from "@eddy/dashboards/prometheus-files";

/**
 * Dashboards, rules and their config, by path.
 *
 * @param {string} root
 * @returns {[path: string, text: string][]}
 */
export function watchingFiles(root) {
  const runbook = (/** @type {string} */ name) => readFileSync(join(root, "docs/runbooks", `${name}.md`), "utf8");
  return [
    ...[...grafanaFiles(runbook)].map(
      ([path, text]) => /** @type {[string, string]} */ ([`deploy/grafana/${path}`, text]),
    ),
    ["deploy/prometheus/prometheus.yml", composeConfig()],
    ["deploy/prometheus/laptop.yml", laptopConfig()],
    ["deploy/prometheus/rules/recording.yaml", recordingFile()],
    ["deploy/prometheus/rules/alerts.yaml", alertFile()],
  ];
}
