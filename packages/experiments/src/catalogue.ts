import type { Experiment } from "./frame/experiment.ts";
import { newsgroups } from "./newsgroups/experiment.ts";

/** All experiments, in the order of `all`. */
export const experiments: readonly Experiment[] = [newsgroups];
