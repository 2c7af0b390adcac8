import { once } from "node:events";
import { type Clock, systemClock } from "@eddy/runtime/clock";
import type { Environment } from "@eddy/runtime/config";
import { visible } from "@eddy/runtime/visible";

/**
 * What a command knows of the world: everything but files and the network. What is shown to a person shows no control signs, whatever
 * document it is from: `write` (where a terminal is behind it; a file or a pipe gets what was given) and `note` see to that.
 */
export interface Terminal {
  readonly env: Environment;
  readonly clock: Clock;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Somebody types into standard input, nothing is piped. */
  readonly typed: boolean;
  /** Columns of standard output; undefined where it is no terminal and COLUMNS is not set. */
  readonly columns: number | undefined;
  /** Columns of standard error; undefined where it is no terminal: no progress bar then. */
  readonly progressColumns: number | undefined;
  /** Standard output; resolves when more may be written. */
  write(data: string | Uint8Array): Promise<void>;
  /** Standard error. */
  note(text: string): void;
  /** The same, with control signs of our own: a line that is drawn over. */
  draw(text: string): void;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Aborts at the first Ctrl-C or SIGTERM, and leaves the second one to end the process. Call it once. */
  interrupted(): AbortSignal;
}

export function createTerminal(host: NodeJS.Process = process): Terminal {
  const { stdin, stdout, stderr, env } = host;
  // `eddy export | head` is no fault, nor is `eddy up 2>&1 | head`.
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      host.exit(0);
    });
  }
  const coloured = stdout.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
  const style = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const decoder = new TextDecoder();
  const shown = (data: string | Uint8Array) =>
    styled(typeof data === "string" ? data : decoder.decode(data, { stream: true }));
  return {
    env,
    clock: systemClock,
    stdin,
    typed: stdin.isTTY === true,
    get columns() {
      return stdout.isTTY ? stdout.columns || undefined : Number(env.COLUMNS) || undefined;
    },
    get progressColumns() {
      return stderr.isTTY && env.TERM !== "dumb" ? stderr.columns || 80 : undefined;
    },
    async write(data) {
      if (!stdout.write(stdout.isTTY ? shown(data) : data)) await once(stdout, "drain");
    },
    note: (text) => void stderr.write(visible(text)),
    draw: (text) => void stderr.write(text),
    bold: style(1),
    dim: style(2),
    interrupted() {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error("interrupted"));
      host.once("SIGINT", abort);
      host.once("SIGTERM", abort);
      return controller.signal;
    },
  };
}

const styles = new RegExp(`(${"\u001b"}\\[[012]m)`);

/** `visible`, but for what `bold` and `dim` write. */
function styled(text: string): string {
  const parts = text.split(styles);
  return parts.map((part, at) => (at % 2 === 0 ? visible(part) : part)).join("");
}
