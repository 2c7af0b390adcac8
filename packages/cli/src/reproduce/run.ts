import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { FatalError } from "@eddy/contracts/errors";
import { experiments } from "@eddy/experiments/catalogue";
import { createFolderCache, createMemoryCache } from "@eddy/experiments/frame/cache";
import type { Experiment } from "@eddy/experiments/frame/experiment";
import type { Run } from "@eddy/experiments/frame/run";
import type { Report } from "@eddy/report/report";
import { toJson } from "@eddy/report/to-json";
import { toText } from "@eddy/report/to-text";
import { writeReport } from "@eddy/report/write-report";
import type { ConfigDefinition, ConfigOf } from "@eddy/runtime/config";
import { nearestName } from "@eddy/runtime/nearest-name";
import { duration } from "../figures.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";
import { cacheFolder, dataFolder, provideSet } from "./data-folder.ts";
import type { experimentSettings } from "./settings.ts";
import { createSteps } from "./steps.ts";
import { streamOnce } from "./stream-once.ts";

export type ExperimentOptions = ConfigOf<ConfigDefinition<typeof experimentSettings>>;

const INTERRUPTED = 130;

/** `eddy reproduce`. */
export const reproduceNamed = (names: readonly string[], options: ExperimentOptions, terminal: Terminal) =>
  runExperiments(choose(names), (name) => `eddy reproduce ${name}`, options, terminal);

/** Runs experiments one after the other; each one's report is written when it is done. */
export async function runExperiments(
  chosen: readonly Experiment[],
  commandOf: (name: string) => string,
  options: ExperimentOptions,
  terminal: Terminal,
): Promise<number> {
  const signal = terminal.interrupted();
  let at = "";
  const steps = createSteps({
    note: terminal.draw,
    columns: () => terminal.progressColumns,
    clock: terminal.clock,
    title: () => at,
  });
  const run = openRun(options, terminal, signal, steps);
  const minutes = chosen.reduce((sum, experiment) => sum + experiment.minutes[extent(options)], 0);
  terminal.note(
    `${about(minutes)} on two cores if nothing is kept from an earlier run; stop it with Ctrl-C, it goes on later\n`,
  );
  try {
    for (const experiment of chosen) {
      at = experiment.name;
      await provideSet(experiment.set, options, { env: terminal.env, signal, say: steps.say });
      const from = terminal.clock.now();
      const { facts, ...findings } = await experiment.run(run);
      const seconds = (terminal.clock.now() - from) / 1_000;
      const report: Report = {
        ...findings,
        facts: { ...facts, ...factsOf(commandOf(experiment.name), options, seconds, terminal) },
      };
      const { html } = await writeReport(report, options.out);
      await terminal.write(
        options.json
          ? `${JSON.stringify(toJson(report))}\n`
          : `${toText(report, { width: terminal.columns ?? 120, bold: terminal.bold })}\n`,
      );
      terminal.note(`${experiment.name}: done in ${duration(seconds)}; the report is ${html}\n`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.note("interrupted: run it again to go on\n");
    return INTERRUPTED;
  }
  return 0;
}

function choose(names: readonly string[]): readonly Experiment[] {
  if (names.includes("all")) return experiments;
  return names.map((name) => {
    const found = experiments.find((experiment) => experiment.name === name);
    if (found) return found;
    const all = experiments.map((experiment) => experiment.name);
    const meant = nearestName(name, all);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new FatalError(
      "CONFIG_INVALID",
      `there is no experiment "${name}"${hint} There are ${all.join(", ")}, and all`,
    );
  });
}

export function openRun(
  options: ExperimentOptions,
  { env, clock }: Pick<Terminal, "env" | "clock">,
  signal: AbortSignal,
  steps: Pick<Run, "step" | "say">,
): Run {
  const folder = join(cacheFolder(options, env), "experiments");
  return {
    options: { ...options, data: dataFolder(options, env) },
    cache: options.fresh ? createMemoryCache() : createFolderCache(folder),
    ...{ clock, signal, stream: streamOnce },
    step: steps.step,
    say: steps.say,
  };
}

function factsOf(
  command: string,
  options: ExperimentOptions,
  seconds: number,
  { clock }: Pick<Terminal, "clock">,
): Report["facts"] {
  const cores = cpus();
  return {
    command: [command, ...flagsOf(options)].join(" "),
    day: new Date(clock.now()).toISOString().slice(0, 10),
    took: `${duration(seconds)}, less what was kept from earlier runs`,
    machine: `${cores.length} × ${cores[0]?.model.trim() || "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: `Eddy ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  };
}

function flagsOf({ seeds, quick, full, model, features }: ExperimentOptions): string[] {
  const { seeds: usual, model: usualModel } = { seeds: 5, model: "Xenova/all-MiniLM-L6-v2" };
  return [
    ...(seeds === usual ? [] : [`--seeds ${seeds}`]),
    ...(quick ? ["--quick"] : []),
    ...(full ? ["--full"] : []),
    ...(model === usualModel ? [] : [`--model ${model}`]),
    ...(features === "minilm" ? [] : [`--features ${features}`]),
  ];
}

const extent = ({ quick, full }: ExperimentOptions) => (quick ? "quick" : full ? "full" : "usual");

const about = (minutes: number) => (minutes < 1 ? "less than a minute" : `about ${Math.ceil(minutes)} min`);
