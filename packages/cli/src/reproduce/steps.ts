import type { Tell } from "@eddy/experiments/frame/run";
import { cutToWidth, displayWidth } from "@eddy/report/display-width";
import type { Clock } from "@eddy/runtime/clock";
import { duration, percent } from "../figures.ts";

/** On a terminal the line is drawn anew as often as this … */
const REDRAW_MS = 200;
/** … elsewhere a step that goes on for so long is told, and again after as long. */
const LINE_MS = 20_000;
const BAR = 24;

export interface StepsOptions {
  readonly note: (text: string) => void;
  /** Of the terminal; undefined: plain lines. */
  readonly columns: () => number | undefined;
  readonly clock: Clock;
  /** Before every line: which experiment. */
  readonly title: () => string;
}

export interface Steps {
  step<T>(name: string, work: (tell: Tell) => Promise<T>): Promise<T>;
  say(text: string): void;
}

interface Standing {
  readonly name: string;
  readonly beganAt: number;
  done?: number;
  secondsLeft?: number;
}

/** Shows what a long run is at, how far that is, and how long it will take. */
export function createSteps({ note, columns, clock, title }: StepsOptions): Steps {
  let toldAt = Number.NEGATIVE_INFINITY;
  let drawn = false;

  const clear = () => {
    if (drawn) note("\r\u001b[K");
    drawn = false;
  };

  function show(standing: Standing, always = false): void {
    const width = columns();
    const now = clock.now();
    if (!always && now - toldAt < (width === undefined ? LINE_MS : REDRAW_MS)) return;
    toldAt = now;
    const line = stepLine(title(), standing, now);
    note(width === undefined ? `${line}\n` : `\r\u001b[K${withBar(line, standing.done, width)}`);
    drawn = width !== undefined;
  }

  return {
    async step(name, work) {
      const standing: Standing = { name, beganAt: clock.now() };
      // Off a terminal short steps go by in silence.
      if (columns() === undefined) toldAt = Math.max(toldAt, standing.beganAt - LINE_MS / 2);
      show(standing, columns() !== undefined);
      try {
        return await work((done, secondsLeft) => {
          standing.done = done;
          standing.secondsLeft = secondsLeft ?? byPace(standing, clock.now());
          show(standing);
        });
      } finally {
        clear();
      }
    },
    say(text) {
      clear();
      note(`${title()}  ${text}\n`);
    },
  };
}

/** What is left at the pace so far. */
function byPace({ done, beganAt }: Standing, now: number): number | undefined {
  return done !== undefined && done > 0.02 ? (((now - beganAt) / 1_000) * (1 - done)) / done : undefined;
}

/** `agnews-dec  autoencoder, seed 3  62.0%  12 s left`. */
export function stepLine(title: string, { name, done, secondsLeft, beganAt }: Standing, now: number): string {
  const seconds = (now - beganAt) / 1_000;
  return [
    title,
    name,
    done === undefined ? "" : percent(done),
    secondsLeft === undefined ? "" : `${duration(secondsLeft)} left`,
    secondsLeft === undefined && seconds >= 5 ? `for ${duration(seconds)}` : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function withBar(line: string, done: number | undefined, columns: number): string {
  const room = columns - 1;
  if (done === undefined || displayWidth(line) + BAR + 1 > room) return cutToWidth(line, room);
  const full = Math.floor(Math.min(1, done) * BAR);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${line}`;
}
