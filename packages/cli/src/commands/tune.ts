import { setting } from "@eddy/runtime/config";
import { bool, list } from "@eddy/runtime/setting-values";
import { z } from "zod";
import { defineCommand } from "../command.ts";
import { experimentSettings } from "../reproduce/settings.ts";

/** Values to try, such as `10,64`. */
const values = <S extends z.ZodType>(item: S, details: Parameters<typeof setting>[1]) =>
  setting(
    list(item).refine(({ length }) => length > 0, "expected one value at least"),
    details,
  );

const { full: _, ...common } = experimentSettings;

const tuneSettings = {
  ...common,
  seeds: setting(common.seeds.schema, { ...common.seeds, default: "3" }),
  codes: values(z.coerce.number().int().min(1), {
    env: "EDDY_TUNE_CODES",
    flag: "--codes <list>",
    default: "10,64",
    description: "Widths of the code.",
  }),
  learningRates: values(z.coerce.number().positive(), {
    env: "EDDY_TUNE_LEARNING_RATES",
    flag: "--learning-rates <list>",
    default: "0.0003,0.001",
    description: "Adam's learning rates.",
  }),
  epochs: values(z.coerce.number().int().min(1), {
    env: "EDDY_TUNE_EPOCHS",
    flag: "--epochs <list>",
    default: "20",
    description: "Epochs of the autoencoder.",
  }),
  batchNorms: values(bool(), {
    env: "EDDY_TUNE_BATCH_NORMS",
    flag: "--batch-norm <list>",
    default: "false,true",
    description: "Without or with batch normalisation.",
  }),
  dropouts: values(z.coerce.number().min(0).lt(1), {
    env: "EDDY_TUNE_DROPOUTS",
    flag: "--dropout <list>",
    default: "0,0.1",
    description: "Shares of units that are dropped in training.",
  }),
  l2s: values(z.coerce.number().min(0), {
    env: "EDDY_TUNE_L2S",
    flag: "--l2 <list>",
    default: "0",
    description: "Penalties on the squared weights.",
  }),
  gammas: values(z.coerce.number().min(0), {
    env: "EDDY_TUNE_GAMMAS",
    flag: "--gammas <list>",
    default: "0,0.1",
    description: "Weights of the clustering beside the reconstruction: 0 = DEC, more = IDEC.",
  }),
} as const;

export const tune = defineCommand({
  name: "tune",
  group: "Experiments:",
  summary: "search a grid of autoencoders for clustering, without labels",
  description: `Trains an autoencoder and DEC or IDEC on agnews-dec's texts for each point of a grid, each value with each of the
others, and chooses by a figure that needs no labels. The labels then tell whether it chose well, and how far each such figure can be
trusted. Writes a report, as eddy reproduce does. --quick takes a small sample; lists of yours count there, too.`,
  settings: tuneSettings,
  examples: ["eddy tune", "eddy tune --codes 8,16,32 --gammas 0,0.05,0.2 --seeds 5"],
  async run({ terminal, options }) {
    const [{ runExperiments }, { tune: search }] = await Promise.all([
      import("../reproduce/run.ts"),
      import("@eddy/experiments/tune/tune"),
    ]);
    const { codes, learningRates, epochs, batchNorms, dropouts, l2s, gammas } = options;
    const grid = { codes, learningRates, epochs, batchNorms, dropouts, l2s, gammas };
    const trials = Object.values(grid).reduce((product, { length }) => product * length, 1);
    const experiment = {
      ...{ name: "tune", title: "a grid search", set: "ag_news" },
      minutes: minutesOf(trials, options.seeds),
      run: (run: Parameters<typeof search>[0]) => search(run, grid),
    };
    return runExperiments([experiment], () => "eddy tune", { ...options, full: false }, terminal);
  },
});

/** Measured on two cores, roughly: seconds of a trial and seed, on 5,000 texts and on 1,000. */
const [TRIAL_S, QUICK_TRIAL_S] = [15, 2];

function minutesOf(trials: number, seeds: number) {
  const usual = (trials * seeds * TRIAL_S) / 60;
  return { quick: (trials * QUICK_TRIAL_S) / 60, usual, full: usual };
}
