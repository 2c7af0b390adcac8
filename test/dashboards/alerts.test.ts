/** `promtool test rules`: each alert fires where it should, and does not where it shouldn't. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eddy as m } from "@eddy/dashboards/metrics";
import { alertRules } from "@eddy/dashboards/rules/alerts";
import { afterAll, describe, expect } from "vitest";
import { stringify } from "yaml";
import { hasPrometheus } from "../peers/prometheus.ts";
import { temporaryFolder } from "../support/eddy-process.ts";
import { testThatNeeds } from "../support/needs.ts";

const test = testThatNeeds("promtool (Debian's package `prometheus`)", hasPrometheus);
const deploy = fileURLToPath(new URL("../../deploy/prometheus", import.meta.url));
const files = [`${deploy}/rules/recording.yaml`, `${deploy}/rules/alerts.yaml`];

/** Series in promtool's notation: `0+60x120` begins at 0 and rises by 60 a minute, 120 times. */
interface Case {
  readonly alert: string;
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  /** Minutes after which it is looked at. */
  readonly at: number;
  /** Labels of the alerts that fire; none: it is silent. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

const job = 'job="eddy"';
const lagOf = 'group="eddy.ingest",topic="eddy.documents.v1"';
const labels = { job: "eddy" };
const groupLabels = { ...labels, group: "eddy.ingest", topic: "eddy.documents.v1" };
const le = (bound: string) => `${m.cluster.latency.name}_bucket{${job},le="${bound}"}`;
const observed = `${m.cluster.latency.name}_count{${job}}`;
const counted = `${m.cluster.counted.name}{${job}}`;
const gaps = `${m.gap.gaps.name}{${job},service="cluster-worker"}`;
const embedder = (asked: string, device: string) =>
  `${m.embedder.info.name}{${job},instance="w:9464",model="m",revision="r",dtype="int8",asked="${asked}",device="${device}"}`;
const rejects = (reason: string) => `${m.worker.rejects.name}{${job},service="ingest",reason="${reason}"}`;
const records = `${m.worker.records.name}{${job},service="ingest",outcome="ok"}`;
const silhouette = `${m.cluster.silhouette.name}{${job}}`;
const model = (version: string, snapshot: string) => ({
  [`${m.model.version.name}{${job}}`]: version,
  [`${m.model.snapshotVersion.name}{${job}}`]: snapshot,
  [`${m.model.snapshotEvery.name}{${job}}`]: "2000x120",
});

const cases: readonly Case[] = [
  {
    alert: "EddyDown",
    name: "a process is gone",
    series: { 'up{job="eddy",instance="a:9464"}': "1x2 0x10", 'up{job="eddy",instance="b:9464"}': "1x20" },
    at: 8,
    fires: [{ job: "eddy", instance: "a:9464" }],
  },
  {
    alert: "EddyDown",
    name: "a restart of a minute",
    series: { 'up{job="eddy",instance="a:9464"}': "1x2 0 1x10" },
    at: 4,
    fires: [],
  },
  {
    alert: "EddyStalled",
    name: "documents wait, none is counted",
    series: { [`${m.lag.records.name}{${job},${lagOf}}`]: "10x30", [counted]: "500x30" },
    at: 20,
    fires: [labels],
  },
  {
    alert: "EddyStalled",
    name: "documents wait, and are counted",
    series: { [`${m.lag.records.name}{${job},${lagOf}}`]: "10x30", [counted]: "0+60x30" },
    at: 20,
    fires: [],
  },
  {
    alert: "EddyStalled",
    name: "documents come, and all cluster-workers are gone with their series",
    series: { [`${m.intake.accepted.name}{${job}}`]: "0+60x30", [counted]: "0+60x3 stale" },
    at: 20,
    fires: [labels],
  },
  {
    alert: "EddyStalled",
    name: "nothing comes",
    series: { [`${m.lag.records.name}{${job},${lagOf}}`]: "0x30", [counted]: "500x30" },
    at: 20,
    fires: [],
  },
  {
    alert: "EddyLagGrowing",
    name: "it grows, and is old",
    series: {
      [`${m.lag.records.name}{${job},${lagOf}}`]: "0+100x60",
      [`${m.lag.seconds.name}{${job},${lagOf}}`]: "0+30x60",
    },
    at: 40,
    fires: [groupLabels],
  },
  {
    alert: "EddyLagGrowing",
    name: "a burst that is worked off",
    series: {
      [`${m.lag.records.name}{${job},${lagOf}}`]: "0+100x10 1000-20x50",
      [`${m.lag.seconds.name}{${job},${lagOf}}`]: "120x60",
    },
    at: 40,
    fires: [],
  },
  {
    alert: "EddyDocumentAge",
    name: "the oldest is ten minutes old",
    series: { [`${m.lag.seconds.name}{${job},${lagOf}}`]: "600x30" },
    at: 10,
    fires: [groupLabels],
  },
  {
    alert: "EddyDocumentAge",
    name: "a minute old",
    series: { [`${m.lag.seconds.name}{${job},${lagOf}}`]: "60x30" },
    at: 10,
    fires: [],
  },
  {
    alert: "EddyLatencyBudget",
    name: "half of the documents are late",
    series: { [le("10")]: "0+30x120", [observed]: "0+60x120" },
    at: 90,
    fires: [labels],
  },
  {
    alert: "EddyLatencyBudget",
    name: "two in a hundred are late",
    series: { [le("10")]: "0+98x120", [observed]: "0+100x120" },
    at: 90,
    fires: [],
  },
  {
    alert: "EddyLatencyBudget",
    name: "late half an hour ago, in time now",
    series: { [le("10")]: "0+0x60 0+60x60", [observed]: "0+60x120" },
    at: 90,
    fires: [],
  },
  {
    alert: "EddyGpuNotUsed",
    name: "asked for cuda, on the CPU",
    series: { [embedder("cuda", "cpu")]: "1x20" },
    at: 10,
    fires: [{ ...labels, instance: "w:9464", model: "m", revision: "r", dtype: "int8", asked: "cuda", device: "cpu" }],
  },
  {
    alert: "EddyGpuNotUsed",
    name: "auto on the CPU, and cuda on cuda",
    series: { [embedder("auto", "cpu")]: "1x20", [embedder("cuda", "cuda")]: "1x20" },
    at: 10,
    fires: [],
  },
  {
    alert: "EddyDeadLetters",
    name: "one in ten is refused",
    series: { [rejects("NO_TEXT")]: "0+10x60", [records]: "0+100x60" },
    at: 40,
    fires: [labels],
  },
  {
    alert: "EddyDeadLetters",
    name: "one in a hundred",
    series: { [rejects("NO_TEXT")]: "0+1x60", [records]: "0+100x60" },
    at: 40,
    fires: [],
  },
  {
    alert: "EddyMustBeZero",
    name: "a record kills, and another makes a stage fail",
    series: {
      [`${m.worker.suspected.name}{${job},service="ingest",condemned="yes"}`]: "0x5 1x60",
      [rejects("CRASHED")]: "0x5 1x60",
    },
    at: 20,
    fires: [
      { ...labels, what: "records that kill a process" },
      { ...labels, what: "records that a stage fails on" },
    ],
  },
  {
    alert: "EddyMustBeZero",
    name: "an everyday run",
    series: {
      [`${m.worker.suspected.name}{${job},service="ingest",condemned="no"}`]: "0+5x60",
      [rejects("INVALID_VECTOR")]: "0+1x60",
      [rejects("CRASHED")]: "0x60",
      [gaps]: "0x60",
      [`${m.worker.anew.name}{${job},service="ingest"}`]: "3x60",
      [`${m.model.refused.name}{${job},reason="epoch"}`]: "7x60",
    },
    at: 30,
    fires: [],
  },
  {
    alert: "EddyMustBeZero",
    name: "a session begins anew, and an event is invalid",
    series: {
      [`${m.worker.anew.name}{${job},service="ingest"}`]: "0x5 1x60",
      [`${m.model.refused.name}{${job},reason="invalid"}`]: "1x60",
    },
    at: 20,
    fires: [
      { ...labels, what: "sessions begun anew" },
      { ...labels, what: "invalid events of the model log" },
    ],
  },
  {
    alert: "EddyChainGap",
    name: "a gap stands",
    series: { [gaps]: "0x5 1x30" },
    at: 20,
    fires: [{ ...labels, service: "cluster-worker" }],
  },
  { alert: "EddyChainGap", name: "no gap", series: { [gaps]: "0x30" }, at: 20, fires: [] },
  {
    alert: "EddyQualityDrop",
    name: "a fall by half",
    series: { [silhouette]: "0.4x1500 0.2x120", [counted]: "0+60x1620" },
    at: 1560,
    fires: [labels],
  },
  {
    alert: "EddyQualityDrop",
    name: "a little less",
    series: { [silhouette]: "0.4x1500 0.35x120", [counted]: "0+60x1620" },
    at: 1560,
    fires: [],
  },
  {
    alert: "EddyQualityDrop",
    name: "a fall, but no document comes",
    series: { [silhouette]: "0.4x1500 0.2x120", [counted]: "0+60x1490 90000x130" },
    at: 1560,
    fires: [],
  },
  {
    alert: "EddySnapshotOld",
    name: "no snapshot any more",
    series: model("2000+200x120", "2000x120"),
    at: 60,
    fires: [labels],
  },
  { alert: "EddySnapshotOld", name: "never a snapshot", series: model("0+200x120", "-1x120"), at: 60, fires: [labels] },
  {
    alert: "EddySnapshotOld",
    name: "one at each interval",
    series: model("2000+200x120", "2000+200x120"),
    at: 60,
    fires: [],
  },
];

describe("alerts", () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  function promtool(...args: string[]): { readonly ok: boolean; readonly output: string } {
    const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8", timeout: 30_000 });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  }

  test.each([
    [["check", "rules", ...files]],
    [["check", "config", `${deploy}/prometheus.yml`]],
    [["check", "config", `${deploy}/laptop.yml`]],
  ])("promtool %s", (args) => {
    const { ok, output } = promtool(...args);
    expect(ok, output).toBe(true);
  });

  test.each(cases)("$alert: $name", ({ alert, series, at, fires }) => {
    const file = join(folder.path, "case.yaml");
    const { severity } = alertRules.find((rule) => rule.alert === alert)!;
    const expected = fires.map((own) => ({ exp_labels: { severity, ...own } }));
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const write = (exp_alerts: readonly object[]) =>
      writeFileSync(
        file,
        stringify({
          rule_files: files,
          evaluation_interval: "1m",
          tests: [
            {
              interval: "1m",
              input_series: input,
              alert_rule_test: [{ eval_time: `${at}m`, alertname: alert, exp_alerts }],
            },
          ],
        }),
      );
    // promtool compares annotations too; what they say is not what is tested here, so they are taken from its answer.
    write(expected);
    const { ok, output } = promtool("test", "rules", file);
    if (fires.length === 0) return expect(ok, output).toBe(true);
    const got = output.slice(output.indexOf("got:"));
    expect(output).toContain("got:");
    expect([...got.matchAll(/Labels:\{([^}]*)\}/g)].map(([, text]) => text).sort()).toEqual(
      expected.map(({ exp_labels }) => labelText({ alertname: alert, ...exp_labels })).sort(),
    );
  });

  test("each alert has a case in which it fires and one in which it doesn't", () => {
    for (const { alert } of alertRules) {
      const own = cases.filter((one) => one.alert === alert);
      expect(
        own.some(({ fires }) => fires.length > 0),
        alert,
      ).toBe(true);
      expect(
        own.some(({ fires }) => fires.length === 0),
        alert,
      ).toBe(true);
    }
  });
});

function labelText(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value}"`)
    .join(", ");
}
