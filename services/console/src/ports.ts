import type { Topics } from "@eddy/contracts/topics";
import type { Embedder } from "@eddy/embedding/port";
import type { Replica } from "@eddy/model/replica";
import type { Clock } from "@eddy/runtime/clock";
import type { Logger } from "@eddy/runtime/logger";
import type { Streams } from "@eddy/streams/port";
import type { VectorStore } from "@eddy/vectors/port";

export interface ConsolePorts {
  readonly streams: Streams;
  readonly topics: Topics;
  readonly store: VectorStore;
  readonly replica: Replica;
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ConsoleOptions {
  readonly pipeline: string;
  /** Eddy's. */
  readonly version: string;
  /** The workers' consumer groups. */
  readonly groups: { readonly ingest: string; readonly embed: string; readonly cluster: string };
  /** Documents that the first seed waits for. */
  readonly seedSize: number;
}
