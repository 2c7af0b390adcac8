import { rejectCodes } from "@eddy/contracts/errors";
import { cutToWidth, oneLine } from "@eddy/report/display-width";
import { count, counted, duration, rate } from "../figures.ts";
import type { Reason } from "./tally.ts";

/** What became of a publication. */
export interface Summary {
  readonly sent: number;
  readonly rejected: number;
  /** Until the last answer. */
  readonly seconds: number;
  /** Until all was clustered; undefined where nobody waited for that. */
  readonly clusteredSeconds: number | undefined;
  readonly reasons: readonly Reason[];
}

/** For programs. */
export function summaryJson({ reasons, clusteredSeconds, ...summary }: Summary) {
  return {
    ...summary,
    clustered_seconds: clusteredSeconds,
    reasons: reasons.map(({ reason, count: times, examples }) => ({
      reason,
      count: times,
      examples: examples.map(({ file, at, message }) => ({ file, line: at, message })),
    })),
  };
}

/** A message may quote what is wrong. */
const WIDEST = 300;

/** For people. */
export function summaryText({ sent, rejected, seconds, clusteredSeconds, reasons }: Summary): string {
  const timed = (elapsed: number) => `in ${duration(elapsed)} (${rate(sent / Math.max(elapsed, 0.001))})`;
  const clustered = clusteredSeconds === undefined ? "" : `; all clustered ${timed(clusteredSeconds)}`;
  const head = `sent ${counted(sent, "document")} ${timed(seconds)}, rejected ${count(rejected)}${clustered}`;
  const groups = reasons.flatMap(({ reason, count: times, examples }) => [
    "",
    `${count(times)} × ${oneLine(named(reason))}`,
    ...examples.map(({ file, at, message }) => `    ${oneLine(file)}:${at}  ${cutToWidth(oneLine(message), WIDEST)}`),
    ...(times > examples.length ? [`    … and ${count(times - examples.length)} more`] : []),
  ]);
  return [head, ...groups].join("\n");
}

/** Eddy's codes are said in words as well. */
function named(reason: string): string {
  const meaning = (rejectCodes as Readonly<Record<string, string>>)[reason];
  return meaning === undefined ? reason : `${reason}: ${meaning}`;
}
