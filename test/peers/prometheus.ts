/** A Prometheus of the test's own (Debian's package), scraping once a second. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { temporaryFolder } from "../support/eddy-process.ts";
import { canRun } from "../support/needs.ts";
import { until } from "../support/until.ts";
import { freePort } from "./free-port.ts";

export const hasPrometheus = canRun("prometheus", "--version") && canRun("promtool", "--version");

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state?: string;
}

export interface Prometheus {
  readonly url: string;
  /** Now. Throws with Prometheus' own words where it refuses the query. */
  query(expr: string): Promise<readonly Sample[]>;
  /** The last `seconds`, each `step` seconds. */
  range(expr: string, seconds: number, step: number): Promise<readonly Series[]>;
  rules(): Promise<readonly Rule[]>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** host:port of each job. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  readonly ruleFiles: readonly string[];
}

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: T;
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export async function startPrometheus({ jobs, ruleFiles }: PrometheusOptions): Promise<Prometheus> {
  const folder = temporaryFolder();
  const config = join(folder.path, "prometheus.yml");
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
      rule_files: ruleFiles,
      scrape_configs: Object.entries(jobs).map(([job_name, targets]) => ({ job_name, static_configs: [{ targets }] })),
    }),
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, "data")}`,
      `--web.listen-address=${new URL(url).host}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said += data;
  });
  const closed = once(child, "close");

  async function ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, error, data } = (await answer.json()) as Answer<T>;
    if (status !== "success") throw new Error(`${error}: ${parameters.query ?? path}`);
    return data;
  }

  await until("Prometheus", 30_000, async () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended:\n${said}`);
    return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok;
  });
  return {
    url,
    async query(expr) {
      const { result } = await ask<{ result: readonly Result[] }>("query", { query: expr });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value![1]) }));
    },
    async range(expr, seconds, step) {
      const end = Date.now() / 1_000;
      const { result } = await ask<{ result: readonly Result[] }>("query_range", {
        query: expr,
        start: String(end - seconds),
        end: String(end),
        step: String(step),
      });
      return result.map(({ metric, values }) => ({
        labels: metric,
        points: values!.map(([at, value]) => [at, Number(value)] as const),
      }));
    },
    async rules() {
      const { groups } = await ask<{ groups: readonly { readonly rules: readonly Rule[] }[] }>("rules");
      return groups.flatMap(({ rules }) => rules);
    },
    async stop() {
      child.kill("SIGTERM");
      await closed;
      folder.remove();
    },
  };
}
