import { readFileSync } from "node:fs";
import { join } from "node:path";
import { grafanaFiles } from "@eddy/dashboards/grafana-files";
import { alertFile, composeConfig, laptopConfig, recordingFile } from "@eddy/dashboards/prometheus-files";

/** All that is in it is generated. */
export const CHART_FILES = "deploy/helm/eddy/files";

/**
 * Dashboards, rules and their config, by path.
 *
 * @param {string} root
 * @returns {[path: string, text: string][]}
 */
export function watchingFiles(root) {
  const runbook = (/** @type {string} */ name) => readFileSync(join(root, "docs/runbooks", `${name}.md`), "utf8");
  const grafana = [...grafanaFiles(runbook)];
  return [
    ...grafana.map(([path, text]) => /** @type {[string, string]} */ ([`deploy/grafana/${path}`, text])),
    // A chart can't read beyond its own folder.
    ...grafana
      .filter(([path]) => path.startsWith("dashboards/"))
      .map(([path, text]) => /** @type {[string, string]} */ ([`${CHART_FILES}/${path}`, text])),
    [`${CHART_FILES}/rules/recording.yaml`, recordingFile()],
    [`${CHART_FILES}/rules/alerts.yaml`, alertFile()],
    ["deploy/prometheus/prometheus.yml", composeConfig()],
    ["deploy/prometheus/laptop.yml", laptopConfig()],
    ["deploy/prometheus/rules/recording.yaml", recordingFile()],
    ["deploy/prometheus/rules/alerts.yaml", alertFile()],
  ];
}
