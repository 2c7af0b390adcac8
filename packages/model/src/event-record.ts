import type { ModelEvent } from "@eddy/clustering/events";
import { FatalError } from "@eddy/contracts/errors";
import type { StoredRecord } from "@eddy/streams/port";
import { decodeEvent } from "./event-codec.ts";

/** The event of a record of the model log. Throws FatalError MODEL_LOG_FOREIGN, EVENT_UNKNOWN, FORMAT_UNKNOWN, with its place. */
export function eventOf(topic: string, { offset, value }: StoredRecord): ModelEvent {
  try {
    return decodeEvent(value ?? new Uint8Array());
  } catch (error) {
    if (error instanceof FatalError && error.code !== "RECORD_DAMAGED")
      throw new FatalError(error.code, `${topic}/0@${offset}: ${error.message}`, { cause: error });
    throw new FatalError(
      "MODEL_LOG_FOREIGN",
      `${topic}/0@${offset} is no event: only Eddy may write to this topic. Restore it from a copy, or start a new pipeline`,
      { cause: error },
    );
  }
}
