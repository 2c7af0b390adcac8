import type { Experiment } from "./frame/experiment.ts";

/** All experiments, in the order of `all`. */
export const experiments: readonly Experiment[] = [];
