import type { Deferred } from "@eddy/runtime/deferred";
import type { Latest } from "@eddy/runtime/latest";
import type { LogRecord } from "../port.ts";

/** One partition in the process: its bounds, and whoever waits for its end to move. */
export interface PartitionLog {
  readonly topic: string;
  readonly partition: number;
  start: number;
  /** Of the durable records; moves only after the storage has them. */
  readonly end: Latest<number>;
  /** Appends that wait for the write under way. */
  readonly waiting: { readonly records: readonly Required<LogRecord>[]; readonly done: Deferred<void> }[];
  writing: boolean;
}
