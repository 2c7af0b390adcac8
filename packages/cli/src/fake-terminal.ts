import type { Clock } from "@eddy/runtime/clock";
import type { Terminal } from "./terminal.ts";

export interface FakeTerminal extends Terminal {
  /** Standard output so far. */
  readonly out: string;
  /** Standard error so far. */
  readonly err: string;
  /** Ctrl-C. */
  interrupt(): void;
}

export interface FakeTerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly progressColumns?: number;
  readonly stdin?: string | AsyncIterable<Uint8Array>;
  readonly clock?: Clock;
}

/** For tests: keeps what is written, waits for nothing. */
export function createFakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const { env = {}, columns, progressColumns, stdin = "", clock = createHastyClock() } = options;
  const controller = new AbortController();
  const out: Buffer[] = [];
  let err = "";
  const plain = (text: string) => text;
  return {
    env,
    clock,
    stdin: typeof stdin === "string" ? bytesOf(stdin) : stdin,
    typed: false,
    columns,
    progressColumns,
    async write(data) {
      out.push(Buffer.from(data));
    },
    note: (text) => void (err += text),
    draw: (text) => void (err += text),
    bold: plain,
    dim: plain,
    interrupted: () => controller.signal,
    interrupt: () => controller.abort(new Error("interrupted")),
    get out() {
      return Buffer.concat(out).toString();
    },
    get err() {
      return err;
    },
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Sleeps end at the next turn of the event loop, and move the time on. */
function createHastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}
