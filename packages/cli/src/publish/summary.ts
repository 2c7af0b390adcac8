import { rejectCodes } from "@eddy/contracts/errors";
import { oneLine } from "../display-width.ts";
import { count, counted, duration, rate } from "../figures.ts";
import type { Reason } from "./tally.ts";

/** What became of a publication. */
export interface Summary {
  readonly sent: number;
  readonly rejected: number;
  readonly seconds: number;
  readonly reasons: readonly Reason[];
}

/** For programs. */
export function summaryJson({ reasons, ...summary }: Summary) {
  return {
    ...summary,
    reasons: reasons.map(({ reason, count: times, examples }) => ({
      reason,
      count: times,
      examples: examples.map(({ file, at, message }) => ({ file, line: at, message })),
    })),
  };
}

/** For people. */
export function summaryText({ sent, rejected, seconds, reasons }: Summary): string {
  const head = `sent ${counted(sent, "document")} in ${duration(seconds)} (${rate(sent / Math.max(seconds, 0.001))}), rejected ${count(rejected)}`;
  const groups = reasons.flatMap(({ reason, count: times, examples }) => [
    "",
    `${count(times)} × ${oneLine(named(reason))}`,
    ...examples.map(({ file, at, message }) => `    ${oneLine(`${file}:${at}  ${message}`)}`),
    ...(times > examples.length ? [`    … and ${count(times - examples.length)} more`] : []),
  ]);
  return [head, ...groups].join("\n");
}

/** Eddy's codes are said in words as well. */
function named(reason: string): string {
  const meaning = (rejectCodes as Readonly<Record<string, string>>)[reason];
  return meaning === undefined ? reason : `${reason}: ${meaning}`;
}
