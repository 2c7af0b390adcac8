import type { FetchOptions, LogReader, StoredRecord } from "../port.ts";
import type { KafkaFetcher } from "./kafka-fetcher.ts";

/** Reads a partition without a group: straight from its leader. */
export class KafkaReader implements LogReader {
  readonly #fetcher: KafkaFetcher;
  readonly #close: () => Promise<void>;

  constructor(fetcher: KafkaFetcher, close: () => Promise<void>) {
    this.#fetcher = fetcher;
    this.#close = close;
  }

  get position(): number {
    return this.#fetcher.position;
  }

  fetch({ signal, ...options }: FetchOptions & { readonly signal?: AbortSignal }): Promise<StoredRecord[]> {
    return this.#fetcher.fetch(options, signal);
  }

  seek(offset: number): void {
    this.#fetcher.seek(offset);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
