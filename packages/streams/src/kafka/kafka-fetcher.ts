import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { backoffMs } from "@eddy/runtime/backoff";
import type { Clock } from "@eddy/runtime/clock";
import type { WarnRepeated } from "@eddy/runtime/repeated-warning";
import type { FetchOptions, StoredRecord } from "../port.ts";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";
import type { KafkaLink } from "./kafka-link.ts";
import { toRecords } from "./kafka-records.ts";

const DEFAULT_BYTES = 4 * 1024 * 1024;
/** Longest that a broker is let wait at a time, in milliseconds: a seek or a lost leader is noticed by then. */
const LONG_POLL_MS = 1_000;
/** Tries of a fetch that must not wait: "nothing is there" must be true. */
const TRIES = 6;
const RETRY = { baseMs: 100, maxMs: 2_000 };

export interface FetcherOptions {
  readonly link: KafkaLink;
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** Where the next record is no longer kept: LOG_GAP, or go on at the first one that is. */
  readonly gap: "throw" | "skip";
  readonly clock: Clock;
  readonly warn: WarnRepeated;
}

/**
 * Reads one partition from its leader.
 *
 * 1. Records come in order, each once, from `position` on; it never moves by itself but past records given, transaction
 *    markers, and (gap: "skip") what retention took.
 * 2. What a fetch brings above the limits of the call is kept for the next one: at most one fetch is held.
 * 3. A broker that doesn't answer is waited for: a call with time to wait returns nothing then, one without throws.
 */
export class KafkaFetcher {
  readonly #options: FetcherOptions;
  #position: number;
  #ahead: readonly StoredRecord[] = [];
  /** Where to read on once `#ahead` is given. */
  #next: number;
  /** After the last record that was given; the position may be further on. */
  #given: number | undefined;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#next = options.from;
  }

  get position(): number {
    return this.#position;
  }

  seek(offset: number): void {
    this.#ahead = [];
    this.#given = undefined;
    this.#position = this.#next = offset;
  }

  /** `offset`, or what is after it where nothing that can be read is between: the markers of transactions. */
  afterMarkers(offset: number): number {
    return offset === this.#given && this.#ahead.length === 0 ? this.#position : offset;
  }

  async fetch(options: FetchOptions, signal?: AbortSignal): Promise<StoredRecord[]> {
    const { clock, link, partition } = this.#options;
    const deadline = clock.now() + options.waitMs;
    for (let failures = 0; !signal?.aborted; ) {
      if (this.#ahead.length > 0) return this.#take(options);
      const from = this.#position;
      const remaining = Math.max(0, deadline - clock.now());
      try {
        const fetched = await unlessAborted(
          link.fetch({
            partition,
            offset: from,
            maxBytes: options.maxBytes ?? DEFAULT_BYTES,
            waitMs: Math.min(remaining, LONG_POLL_MS),
          }),
          signal,
        );
        if (fetched === undefined) return [];
        failures = 0;
        if (this.#position !== from) continue;
        const { records, next } = toRecords(fetched, from);
        this.#ahead = records;
        this.#next = next;
        if (records.length === 0) this.#position = next;
        if (records.length > 0 || next > from) continue;
      } catch (error) {
        if (signal?.aborted) return [];
        if (kafkaErrorType(error) === "OFFSET_OUT_OF_RANGE" && (await this.#resolveRange(from))) continue;
        failures += 1;
        await this.#bear(error, failures, options.waitMs === 0 ? undefined : deadline, signal);
        if (options.waitMs === 0) continue;
      }
      if (clock.now() >= deadline) return [];
    }
    return [];
  }

  #take({ maxRecords, maxBytes = DEFAULT_BYTES }: FetchOptions): StoredRecord[] {
    let count = 0;
    let bytes = 0;
    for (const { key, value } of this.#ahead) {
      bytes += (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
      if (count >= maxRecords || (count > 0 && bytes > maxBytes)) break;
      count += 1;
    }
    const taken = this.#ahead.slice(0, count);
    this.#ahead = this.#ahead.slice(count);
    this.#position = this.#ahead[0]?.offset ?? this.#next;
    this.#given = taken.at(-1)!.offset + 1;
    return taken;
  }

  /** True: the position is fine now. False: the broker must be asked again. */
  async #resolveRange(from: number): Promise<boolean> {
    const { link, topic, partition, gap } = this.#options;
    const bounds = (await link.bounds().catch(() => undefined))?.get(partition);
    if (!bounds || this.#position !== from) return this.#position !== from;
    if (from < bounds.start) {
      if (gap === "throw")
        throw new FatalError("LOG_GAP", `${topic}/${partition} starts at ${bounds.start}; ${from} is no longer kept`);
      this.seek(bounds.start);
      return true;
    }
    if (from > bounds.end)
      throw new FatalError(
        "LOG_GAP",
        `${topic}/${partition} ends at ${bounds.end}, but was read up to ${from}: records were lost, or the topic was made anew`,
      );
    return false;
  }

  /** Waits a little, or throws what will not pass. `deadline` undefined: give up after some tries. */
  async #bear(error: unknown, failures: number, deadline: number | undefined, signal?: AbortSignal): Promise<void> {
    const { clock, warn, topic, partition } = this.#options;
    const fault = kafkaErrorType(error) === "OFFSET_OUT_OF_RANGE" ? undefined : kafkaFault(error);
    if (fault && !(fault instanceof RetryableError)) throw fault;
    if (deadline === undefined && failures >= TRIES)
      throw fault ?? new RetryableError("STREAM_UNAVAILABLE", `${topic}/${partition} can't be read yet`);
    if (fault && failures > 1) warn("fetch", `${topic}/${partition}: ${fault.message}; trying again`);
    const delayMs = backoffMs(failures, RETRY, Math.random);
    const limited = deadline === undefined ? delayMs : Math.max(0, Math.min(delayMs, deadline - clock.now()));
    await clock.sleep(limited, signal).catch(() => {});
  }
}

/** undefined: aborted first; what comes later is dropped. */
function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
