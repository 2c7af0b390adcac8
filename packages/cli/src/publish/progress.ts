import { cutToWidth, displayWidth } from "@eddy/report/display-width";
import type { Clock } from "@eddy/runtime/clock";
import { count, counted, duration, percent, rate } from "../figures.ts";

/** How far a publication is. */
export interface Standing {
  /** Documents read, whole or not. */
  readonly read: number;
  /** Answered by Eddy. */
  readonly sent: number;
  readonly rejected: number;
  /** Share of the input's bytes that was read; undefined where its size is not known. */
  readonly readRatio: number | undefined;
  /** Why nothing is sent at the moment. */
  readonly waiting: string | undefined;
}

/** Seconds over which the rate is taken. */
const RATE_S = 5;

/** Documents a second over the last few seconds. */
export function createRateMeter(clock: Clock): (total: number) => number {
  const samples: { atMs: number; total: number }[] = [{ atMs: clock.now(), total: 0 }];
  return (total) => {
    const now = clock.now();
    samples.push({ atMs: now, total });
    while (samples.length > 2 && samples[1]!.atMs <= now - 1_000 * RATE_S) samples.shift();
    const { atMs, total: before } = samples[0]!;
    return now > atMs ? (1_000 * (total - before)) / (now - atMs) : 0;
  };
}

/**
 * The share that is done: what was read of the input, times what was answered of what was read (a shuffle reads far ahead of what is sent).
 */
export function ratioDone({ read, sent, rejected, readRatio }: Standing): number | undefined {
  if (readRatio === undefined || read === 0) return undefined;
  return Math.min(1, readRatio * ((sent + rejected) / read));
}

/** A line for people: how far, how fast, and why it stands still. */
export function progressLine(standing: Standing, perSecond: number, elapsedS: number): string {
  const { sent, rejected, waiting } = standing;
  const ratio = ratioDone(standing);
  const left =
    ratio !== undefined && ratio > 0.01 && ratio < 1 && elapsedS > 2 ? (elapsedS / ratio) * (1 - ratio) : undefined;
  return [
    ratio === undefined ? "" : percent(ratio).padStart(6),
    `${counted(sent, "document")} sent`,
    waiting === undefined ? rate(perSecond) : "",
    rejected > 0 ? `${count(rejected)} rejected` : "",
    waiting ?? (left === undefined ? "" : `${duration(left)} left`),
  ]
    .filter((part) => part !== "")
    .join("  ");
}

const BAR = 24;

/** The line after a bar, no wider than the terminal. */
export function progressBar(standing: Standing, perSecond: number, elapsedS: number, columns: number): string {
  const line = progressLine(standing, perSecond, elapsedS);
  const ratio = ratioDone(standing);
  const room = columns - 1;
  if (ratio === undefined || displayWidth(line) + BAR + 1 > room) return cutToWidth(line, room);
  const full = Math.floor(ratio * BAR);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${line}`;
}

export interface ProgressOptions {
  readonly note: (text: string) => void;
  /** Of the terminal, asked each time; undefined: plain lines, every few seconds. */
  readonly columns: () => number | undefined;
  readonly clock: Clock;
  readonly standing: () => Omit<Standing, "waiting">;
}

const BAR_MS = 100;
const LINE_MS = 5_000;

export interface Progress {
  /** Why nothing is sent, or undefined when it goes on; told at once where there is no bar. */
  waiting(why: string | undefined): void;
  stop(): void;
}

/** Shows how far it is: a bar that is drawn over, or a line now and then. */
export function startProgress({ note, columns, clock, standing }: ProgressOptions): Progress {
  const meter = createRateMeter(clock);
  const from = clock.now();
  const bar = columns() !== undefined;
  let waiting: string | undefined;
  const show = () => {
    const now = { ...standing(), waiting };
    const [perSecond, elapsedS] = [meter(now.sent), (clock.now() - from) / 1_000];
    if (bar) note(`\r${progressBar(now, perSecond, elapsedS, columns() ?? 80)}\u001b[K`);
    else note(`${progressLine(now, perSecond, elapsedS)}\n`);
  };
  const timer = setInterval(show, bar ? BAR_MS : LINE_MS);
  return {
    waiting(why) {
      const begins = why !== undefined && waiting === undefined;
      waiting = why;
      if (begins && !bar) show();
    },
    stop() {
      clearInterval(timer);
      if (bar) note("\r\u001b[K");
    },
  };
}
