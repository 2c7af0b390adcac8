import { RetryableError } from "@eddy/contracts/errors";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";

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
  #connected: Promise<T> | undefined;

  constructor(create: () => T) {
    this.#create = create;
  }

  async use<R>(work: (client: T) => Promise<R>): Promise<R> {
    const connected = (this.#connected ??= connect(this.#create()));
    try {
      return await work(await connected);
    } catch (error) {
      const fault = kafkaFault(error);
      if (fault instanceof RetryableError && kafkaErrorType(error) === undefined && this.#connected === connected)
        await this.close();
      throw fault;
    }
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await connected?.then((client) => client.disconnect()).catch(() => {});
  }
}

async function connect<T extends Connectable>(client: T): Promise<T> {
  await client.connect();
  return client;
}
