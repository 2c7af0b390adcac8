import type { Experiment } from "./frame/experiment.ts";
import { imdbN2d } from "./imdb-n2d/experiment.ts";
import { newsgroups } from "./newsgroups/experiment.ts";

/** All experiments, in the order of `all`. */
export const experiments: readonly Experiment[] = [newsgroups, imdbN2d];
