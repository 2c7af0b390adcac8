/**
 * A report as data: what an experiment found, beside what was published. Renderers make text (`to-text.ts`), one HTML page
 * (`to-html.ts`) and JSON (`to-json.ts`) of it; `write-report.ts` writes the files.
 */
import type { Chart } from "./chart.ts";

export interface Report {
  /** Names the files: lower-case letters, digits and dashes. */
  readonly experiment: string;
  readonly title: string;
  /** The write-up that is re-run. */
  readonly source: Source;
  /** What was found, in plain sentences, the most important first. */
  readonly summary: readonly string[];
  readonly goals: readonly Goal[];
  readonly sections: readonly Section[];
  /** How to get the same again: machine, versions, model, seeds, command, how long it took, the day. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface Source {
  readonly title: string;
  readonly authors: string;
  /** Year or date, as printed. */
  readonly published?: string;
}

export interface Goal {
  readonly name: string;
  /** As text, with its comparison: "≥ 0.70". */
  readonly wanted: string;
  readonly got: string;
  /** Null: this run cannot tell (a small sample, a part left out). */
  readonly met: boolean | null;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Prose | Note | Table | Picture;

export interface Prose {
  readonly kind: "prose";
  /** Plain text; blank lines part paragraphs. */
  readonly text: string;
}

export interface Note {
  readonly kind: "note";
  /** `choice`: ours where the write-up is silent; `wrong`: what it says wrongly; `limit`: what could not be done. */
  readonly about: "choice" | "wrong" | "limit";
  readonly text: string;
}

export interface Table {
  readonly kind: "table";
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly caption?: string;
}

export interface Column {
  readonly title: string;
  /** Left for a column without numbers, else right. */
  readonly align?: "left" | "right";
}

export interface Row {
  /** As many as there are columns. */
  readonly cells: readonly Cell[];
  /** Printed bold: the row that the reader came for. */
  readonly emphasis?: boolean;
}

/** Null is printed "–": nothing was published, or nothing can be measured. */
export type Cell = string | number | null | Figure;

/** A measured value; `0.822 ± 0.010`. */
export interface Figure {
  readonly mean: number;
  /** Standard deviation over the runs. */
  readonly std?: number;
  /** Number of runs. */
  readonly n?: number;
  /** Decimals; 3 unless given (1 for a percentage, 0 for whole numbers). */
  readonly digits?: number;
  /** `mean` and `std` are shares of 1, printed as percentages. */
  readonly percent?: boolean;
  readonly unit?: string;
}

export interface Picture {
  readonly kind: "picture";
  /** Names its files, unique in the report: lower-case letters, digits and dashes. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** What one sees, for those who don't. */
  readonly alt: string;
  /** `column`: 3.5 inches, half a page; `page`: 7. Column unless given. */
  readonly width?: "column" | "page";
  readonly chart: Chart;
}
