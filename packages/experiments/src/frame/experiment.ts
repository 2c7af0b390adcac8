import type { Report } from "@eddy/report/report";
import type { Run } from "./run.ts";

/** What an experiment finds; who ran it, when and on what is added by who writes the report. */
export type Findings = Omit<Report, "facts"> & { readonly facts?: Report["facts"] };

export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The public set that it reads, by its file's name: `ag_news`. */
  readonly set: string;
  /** Roughly, on two cores with nothing kept, in minutes: by the parts, not by one run of all. */
  readonly minutes: { readonly quick: number; readonly usual: number; readonly full: number };
  run(run: Run): Promise<Findings>;
}
