import { visible } from "./visible.ts";

/** A parsed line of the log: pino's fields, `service`, and whatever the caller added. */
export type LogRecord = Readonly<Record<string, unknown>>;

const COLOURS: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 };
const OWN_FIELDS = new Set(["level", "time", "service", "msg"]);

/** One log record as a line for people: `12:00:00 info  ingest      message key=value`. */
export function formatLogLine(record: LogRecord, colour: boolean): string {
  const level = String(record.level);
  const time = String(record.time).slice(11, 19);
  const paint = (code: number | undefined, text: string) =>
    colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
  const fields = Object.entries(record)
    .filter(([key]) => !OWN_FIELDS.has(key))
    .map(([key, value]) => paint(90, `${visible(key)}=`) + visible(formatValue(value)));
  const head = `${paint(90, time)} ${paint(COLOURS[level], level.padEnd(5))} ${String(record.service).padEnd(14)}`;
  return [head, visible(String(record.msg)), ...fields].join(" ");
}

function formatValue(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? "undefined";
}
