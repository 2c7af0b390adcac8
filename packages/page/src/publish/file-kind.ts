/** How a file is sent, told by its name as `eddy publish` does. */
export interface FileKind {
  readonly kind: "lines" | "table" | "text" | "whole";
  readonly contentType: string;
  readonly gzipped: boolean;
}

const KINDS: readonly [RegExp, FileKind["kind"], string][] = [
  [/\.(jsonl|ndjson|json)$/, "lines", "application/x-ndjson"],
  [/\.csv$/, "table", "text/csv"],
  [/\.(tsv|tab)$/, "table", "text/tab-separated-values"],
  [/\.(txt|text|log)$/, "text", "application/x-ndjson"],
  [/\.(md|markdown|html?)$/, "whole", "application/json"],
];

/** undefined: it is none of those that are read. */
export function fileKindOf(name: string): FileKind | undefined {
  const small = name.toLowerCase();
  const bare = small.replace(/\.gz$/, "");
  const found = KINDS.find(([pattern]) => pattern.test(bare));
  return found && { kind: found[1], contentType: found[2], gzipped: bare !== small };
}

export const READ =
  "JSON Lines (.jsonl, .ndjson, .json), CSV, TSV, plain text (a document a line), Markdown or HTML; each gzipped (.gz) or not";
