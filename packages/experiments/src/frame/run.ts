import type { SourceChoice } from "@eddy/embedding/create-embedder";
import type { Clock } from "@eddy/runtime/clock";
import type { Cache } from "./cache.ts";
import type { StreamDocuments } from "./streamed.ts";

export type Features = "minilm" | "tfidf" | "hybrid";

export interface RunOptions {
  /** Where `ag_news.jsonl.gz`, `twenty_newsgroups.jsonl.gz` and `imdb.jsonl.gz` lie. */
  readonly data: string;
  readonly seeds: number;
  /** Small samples: shows that all works, its figures are not to be compared. */
  readonly quick: boolean;
  /** What takes an hour by itself, too. */
  readonly full: boolean;
  /** The embedding model, by its name on the hub. */
  readonly model: string;
  readonly modelSource: SourceChoice;
  readonly features: Features;
}

/** Tells how far a step is: share done, 0 to 1, and the seconds left where they are known. */
export type Tell = (done: number, secondsLeft?: number) => void;

/** One run of an experiment: what was asked for, and what it may use of the world. */
export interface Run {
  readonly options: RunOptions;
  readonly cache: Cache;
  readonly clock: Pick<Clock, "now">;
  readonly signal: AbortSignal;
  /** The whole pipeline, one pass. */
  readonly stream: StreamDocuments;
  /** Work that takes a while, by the words that people see. A step that was done before is not told. */
  step<T>(name: string, work: (tell: Tell) => Promise<T>): Promise<T>;
  /** A word to people, while it runs. */
  say(text: string): void;
}

/** 0, 1, …: as many as were asked for. */
export function seedsOf({ options }: Pick<Run, "options">, most = Number.POSITIVE_INFINITY): readonly number[] {
  return Array.from({ length: Math.min(options.seeds, most) }, (_, seed) => seed);
}
