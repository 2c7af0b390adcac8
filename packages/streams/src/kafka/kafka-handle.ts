import { RetryableError } from "@eddy/contracts/errors";
import type { Clock } from "@eddy/runtime/clock";
import { retry } from "@eddy/runtime/retry";
import { afterDrop, kafkaErrorType, kafkaFault } from "./kafka-errors.ts";

const RETRY = { baseMs: 100, maxMs: 2_000 };

interface Connectable {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * A producer or admin, connected with its first use, and made anew after a failure that is not the broker's answer: a client
 * whose connections broke may not find its way back. Errors are Eddy's.
 */
export class KafkaHandle<T extends Connectable> {
  readonly #create: () => T;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #connected: Promise<T> | undefined;

  constructor(create: () => T, clock: Clock) {
    this.#create = create;
    this.#clock = clock;
  }

  /** Tries again while the broker doesn't answer, for `patienceMs`. */
  use<R>(work: (client: T) => Promise<R>, patienceMs: number): Promise<R> {
    const signal = this.#closed.signal;
    return retry(() => this.#once(work), { ...RETRY, deadlineMs: patienceMs, clock: this.#clock, signal });
  }

  async close(): Promise<void> {
    this.#closed.abort(new RetryableError("STREAM_UNAVAILABLE", "the connection was closed"));
    await this.#drop();
  }

  async #once<R>(work: (client: T) => Promise<R>): Promise<R> {
    const connected = (this.#connected ??= connect(this.#create()));
    try {
      return await work(await connected);
    } catch (error) {
      if (this.#connected !== connected) throw kafkaFault(afterDrop(error));
      const fault = kafkaFault(error);
      if (fault instanceof RetryableError && kafkaErrorType(error) === undefined) await this.#drop();
      throw fault;
    }
  }

  async #drop(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await connected?.then((client) => client.disconnect()).catch(() => {});
  }
}

async function connect<T extends Connectable>(client: T): Promise<T> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.disconnect().catch(() => {});
    throw error;
  }
}
