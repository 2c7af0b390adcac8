/** One process of a fleet: `eddy run …`, or a program of a test's own. It dies with its test, however that ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "./until.ts";

export interface MemberEnded {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Member {
  readonly name: string;
  readonly pid: number;
  readonly isRunning: boolean;
  readonly isFrozen: boolean;
  /** Past its program's loading: it heeds signals. */
  readonly hasBegun: boolean;
  /** Told to end by its test; one that ends otherwise has failed. */
  readonly isTold: boolean;
  /** All that it said so far. */
  readonly output: string;
  /** Its JSON log lines. */
  readonly log: readonly LogLine[];
  /** Of its server of metrics, once it told. */
  url(): Promise<string>;
  /** The first match in what it says. */
  said(pattern: RegExp, ms?: number): Promise<RegExpExecArray>;
  /** Until `/readyz` says so. */
  ready(ms?: number): Promise<void>;
  /** The sum of a metric over its labels that match; undefined: there is no such metric. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** SIGKILL, and the end. */
  kill(): Promise<MemberEnded>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  wake(): void;
  /** SIGTERM, and the end; SIGKILL after `ms`. */
  stop(ms?: number): Promise<MemberEnded>;
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const ADDRESS = /(http:\/\/[^/\s"]+)\/metrics/;

export function startMember(
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  ended: (member: Member, end: MemberEnded) => void,
): Member {
  // A shell in between reads a pipe that breaks when the test dies; the process itself takes the shell's place and number.
  const guard = 'exec 3<&0; (cat <&3; kill -9 $$) >/dev/null 2>&1 & exec "$0" "$@" </dev/null 3<&-';
  const child = spawn("sh", ["-c", guard, ...command], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdio: "pipe",
  });
  let output = "";
  let [isFrozen, isTold] = [false, false];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data;
    });
  child.stdin.on("error", () => {});
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const closed = once(child, "exit").then((): MemberEnded => {
    child.stdin.end();
    const end = { code: child.exitCode, signal: child.signalCode };
    ended(member, end);
    return end;
  });

  const member: Member = {
    name,
    pid: child.pid!,
    get isRunning() {
      return isRunning();
    },
    get isFrozen() {
      return isFrozen;
    },
    get hasBegun() {
      return ADDRESS.test(output);
    },
    get isTold() {
      return isTold;
    },
    get output() {
      return output;
    },
    get log() {
      return output.split("\n").flatMap((line) => (line.startsWith("{") ? [parse(line)] : []));
    },
    said: (pattern, ms = 60_000) =>
      until(`${pattern} of ${name}`, ms, async () => {
        const found = pattern.exec(output);
        if (!found && !isRunning()) throw new Error(`${name} ended before it said ${pattern}:\n${output}`);
        return found;
      }),
    url: async () => (await member.said(ADDRESS))[1]!,
    async ready(ms = 60_000) {
      const url = await member.url();
      await until(`${name} to be ready`, ms, async () => {
        if (!isRunning()) throw new Error(`${name} ended before it was ready:\n${output}`);
        return fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      });
    },
    async metric(metric, labels = {}) {
      const text = await (await fetch(`${await member.url()}/metrics`)).text();
      return sumOf(text, metric, labels);
    },
    kill() {
      isTold = true;
      child.kill("SIGKILL");
      return closed;
    },
    freeze() {
      isFrozen = true;
      child.kill("SIGSTOP");
    },
    wake() {
      isFrozen = false;
      child.kill("SIGCONT");
    },
    async stop(ms = 40_000) {
      isTold = true;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), ms);
      try {
        return await closed;
      } finally {
        clearTimeout(late);
      }
    },
  };
  return member;
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: "none", msg: line };
  }
}

function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = text.split("\n").flatMap((line) => {
    const [, metric, labelled = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return metric === name && wanted.every((pair) => labelled.includes(pair)) ? [Number(value)] : [];
  });
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
