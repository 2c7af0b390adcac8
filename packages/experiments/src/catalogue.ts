import { agnewsDec } from "./agnews-dec/experiment.ts";
import { agnewsEncoder } from "./agnews-encoder/experiment.ts";
import type { Experiment } from "./frame/experiment.ts";
import { imdbN2d } from "./imdb-n2d/experiment.ts";
import { newsgroups } from "./newsgroups/experiment.ts";

/** All experiments, in the order of `all`. */
export const experiments: readonly Experiment[] = [newsgroups, agnewsEncoder, imdbN2d, agnewsDec];
