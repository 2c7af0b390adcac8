import type { Clock } from "./clock.ts";
import type { LogFields, Logger } from "./logger.ts";

/** Writes a warning at most once per `everyMs` and kind; the next one that is written says how many were left out. */
export type WarnRepeated = (kind: string, message: string, fields?: LogFields) => void;

/** @param everyMs milliseconds between two warnings of one kind. Kinds are few and fixed: each is remembered. */
export function createRepeatedWarning(logger: Logger, clock: Clock, everyMs = 30_000): WarnRepeated {
  const kinds = new Map<string, { writtenAt: number; suppressed: number }>();
  return (kind, message, fields) => {
    const last = kinds.get(kind);
    if (last !== undefined && clock.now() - last.writtenAt < everyMs) {
      last.suppressed += 1;
      return;
    }
    kinds.set(kind, { writtenAt: clock.now(), suppressed: 0 });
    logger.warn(message, last?.suppressed ? { ...fields, suppressed: last.suppressed } : fields);
  };
}
