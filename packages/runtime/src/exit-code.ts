import type { ErrorCode } from "@eddy/contracts/errors";
import { isExpected } from "./fault.ts";

/** What a process' exit code means: for people, and for what restarts processes. */
export const exitCodes = {
  clean: { code: 0, meaning: "asked to stop, and all work in hand was finished" },
  internal: { code: 1, meaning: "a fault in Eddy itself" },
  usage: { code: 2, meaning: "a command or a setting is not valid: mend it, a restart won't help" },
  dependency: { code: 3, meaning: "something needed doesn't answer or isn't there: a later restart may help" },
  drain: { code: 4, meaning: "stopped by force: the drain deadline passed or a second signal came" },
  machine: { code: 5, meaning: "this machine refuses: port taken, folder locked or not writable, disk full" },
  data: { code: 6, meaning: "data that can't be used as it is: damaged, foreign, of another shape or version" },
} as const;

export type ExitReason = keyof typeof exitCodes;

const reasons: Readonly<Record<ErrorCode, ExitReason>> = {
  CONFIG_INVALID: "usage",
  PORT_TAKEN: "machine",
  HOME_LOCKED: "machine",
  HOME_NOT_WRITABLE: "machine",
  DISK_FULL: "machine",
  BACKUP_DAMAGED: "data",
  RESTORE_UNFINISHED: "data",
  FORMAT_UNKNOWN: "data",
  RECORD_DAMAGED: "data",
  MODEL_UNAVAILABLE: "dependency",
  MODEL_DAMAGED: "data",
  DEVICE_UNAVAILABLE: "dependency",
  STORE_UNAVAILABLE: "dependency",
  STORE_REFUSED: "dependency",
  STORE_FOREIGN: "data",
  STORE_SHAPE: "data",
  STREAM_UNAVAILABLE: "dependency",
  TOPIC_SHAPE: "data",
  API_UNAVAILABLE: "dependency",
  API_REFUSED: "usage",
  LOG_GAP: "data",
  MODEL_LOG_CUT: "data",
  MODEL_LOG_FOREIGN: "data",
  MODEL_MISMATCH: "data",
  EVENT_UNKNOWN: "data",
  INTERNAL: "internal",
};

/** The reason to exit with after this error: by its code, `internal` for anything unexpected. */
export function exitReasonOf(error: unknown): ExitReason {
  return isExpected(error) ? reasons[error.code] : "internal";
}
