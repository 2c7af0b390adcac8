/**
 * The model for a backup that is made while workers go on.
 *
 * 1. It is folded as every replica's, but from `hold` on no Delta says any more how far the points are durable (`done`).
 * 2. So its state keeps each batch that was counted since (`ranges`), and a worker that begins with it writes their points again, by
 *    the clusters and under the version of their Delta. Points that were copied after `hold` may be of any moment in between.
 * 3. In all else it is the state of its version, bit for bit.
 */
import type { ModelEvent } from "@eddy/clustering/events";
import { applyEvent } from "@eddy/clustering/fold";
import { emptyState, type ModelState } from "@eddy/clustering/state";
import { FatalError } from "@eddy/contracts/errors";
import type { Topics } from "@eddy/contracts/topics";
import type { Streams } from "@eddy/streams/port";
import { readRange } from "@eddy/streams/read-range";
import { eventOf } from "./event-record.ts";
import { createSnapshots } from "./snapshots.ts";

export interface HeldModel {
  readonly state: ModelState;
  /** From the present version on, `done` stays as it is. */
  hold(): void;
  /** Folds what is in the log at the call. */
  catchUp(signal?: AbortSignal): Promise<void>;
}

/** From the newest snapshot; not yet caught up. Throws FatalError MODEL_LOG_CUT. */
export async function openHeldModel(
  streams: Streams,
  { modelLog, models }: Pick<Topics, "modelLog" | "models">,
): Promise<HeldModel> {
  const { newest: state = emptyState() } = await createSnapshots(streams, models).load();
  const { start } = await streams.bounds(modelLog, 0);
  if (start > state.version + 1)
    throw new FatalError(
      "MODEL_LOG_CUT",
      `the model log starts at ${start}, but the newest snapshot ends at ${state.version}: there is no model to copy`,
    );
  /** By partition, at `hold`. */
  let held: ReadonlyMap<number, number> | undefined;

  function withheld(event: ModelEvent): ModelEvent {
    if (held === undefined || event.type !== "delta") return event;
    return { ...event, done: Math.min(event.done, held.get(event.partition) ?? -1) };
  }

  return {
    state,
    hold() {
      held = new Map([...state.partitions].map(([partition, { done }]) => [partition, done]));
    },
    async catchUp(signal) {
      const { end } = await streams.bounds(modelLog, 0);
      for await (const records of readRange(streams, modelLog, 0, state.version + 1, end, {
        ...(signal && { signal }),
      }))
        for (const record of records) applyEvent(state, record.offset, withheld(eventOf(modelLog, record)));
    },
  };
}
