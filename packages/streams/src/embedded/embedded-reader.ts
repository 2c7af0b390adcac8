import { FatalError } from "@eddy/contracts/errors";
import type { FetchOptions, LogReader, StoredRecord } from "../port.ts";
import { awaitEnd, nextPosition } from "./await-end.ts";
import type { PartitionLog } from "./partition-log.ts";

type Read = (log: PartitionLog, offset: number, options: FetchOptions) => StoredRecord[];

export class EmbeddedReader implements LogReader {
  readonly #log: PartitionLog;
  readonly #read: Read;
  position: number;

  constructor(log: PartitionLog, from: number, read: Read) {
    this.#log = log;
    this.#read = read;
    this.position = from;
  }

  async fetch(options: FetchOptions & { readonly signal?: AbortSignal }): Promise<StoredRecord[]> {
    if (!(await awaitEnd(this.#log, this.position, options.waitMs, options.signal))) return [];
    if (this.position < this.#log.start) {
      throw new FatalError(
        "LOG_GAP",
        `${this.#log.topic}/${this.#log.partition} starts at ${this.#log.start}; ${this.position} is no longer kept`,
      );
    }
    const records = this.#read(this.#log, this.position, options);
    this.position = nextPosition(this.#log, records);
    return records;
  }

  seek(offset: number): void {
    this.position = offset;
  }

  async close(): Promise<void> {}
}
