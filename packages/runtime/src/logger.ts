import { isatty } from "node:tty";
import { destination as openDestination, pino } from "pino";
import { describeFault } from "./fault.ts";
import { formatLogLine } from "./log-line.ts";
import { visible } from "./visible.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["auto", "json", "pretty"] as const;
export type LogFormat = (typeof logFormats)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** Message first, then what a program reads. A value under a key that names a secret is never written. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log, with these fields on each line; `service` may be replaced. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  /** `info` by default. */
  readonly level?: LogLevel;
  /** `auto` (the default): pretty where the output is a terminal, else JSON Lines. */
  readonly format?: LogFormat;
  /** 1 = standard output (the default), 2 = standard error. Written synchronously, so nothing is lost at exit. */
  readonly fd?: 1 | 2;
  /** Takes the lines, each with its line end, in place of `fd`. */
  readonly write?: (line: string) => void;
}

const SECRET_KEYS = ["password", "secret", "token", "apiKey", "api_key", "authorization"];
const MASK = "******";

export function createLogger({ service, level = "info", format = "auto", fd = 1, write }: LoggerOptions): Logger {
  const output = write ? { write } : openDestination({ fd, sync: true });
  const terminal = write === undefined && isatty(fd);
  const pretty = format === "pretty" || (format === "auto" && terminal);
  return wrap(
    pino(
      {
        level,
        base: null,
        serializers: { error: describeFault },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: MASK },
      },
      {
        // JSON stays the same JSON: somebody looks at it on a terminal in the end.
        write: (line) => output.write(pretty ? `${formatLogLine(JSON.parse(line), terminal)}\n` : visible(line)),
      },
    ),
    { service },
  );
}

type Sink = Pick<ReturnType<typeof pino>, "debug" | "info" | "warn" | "error">;

/** `context` is merged here and not by pino's children: those would write a replaced key twice. */
function wrap(sink: Sink, context: LogFields): Logger {
  const at = (level: keyof Sink) => (message: string, fields?: LogFields) =>
    sink[level]({ ...context, ...fields }, message);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(sink, { ...context, ...fields }),
  };
}
