/** The founding of a pipeline: the first event of its model log says, for ever, which vectors it holds and how they fade. */
import { randomUUID } from "node:crypto";
import type { Founded } from "@eddy/clustering/events";
import { FatalError } from "@eddy/contracts/errors";
import { createDeferred } from "@eddy/runtime/deferred";
import { ProposalLost, type Replica } from "./replica.ts";

export type Foundation = Omit<Founded, "type" | "uuid">;

/** Founds the pipeline where nobody has; throws FatalError MODEL_MISMATCH where it was founded otherwise. */
export async function found(replica: Replica, foundation: Foundation): Promise<Founded> {
  while (!replica.state.founded) {
    await replica.propose({ type: "founded", uuid: randomUUID(), ...foundation }, 0).catch((error) => {
      if (!(error instanceof ProposalLost)) throw error;
    });
  }
  const { founded } = replica.state;
  checkModel(founded, foundation);
  if (founded.metric !== foundation.metric) throw mismatch(founded, `metric ${foundation.metric}`);
  return founded;
}

/** Throws FatalError MODEL_MISMATCH where vectors of this model don't belong into the pipeline. */
export function checkModel(
  founded: Founded,
  { model, modelRevision, dimensions }: Pick<Foundation, "model" | "modelRevision" | "dimensions">,
): void {
  if (founded.dimensions === dimensions && founded.model === model && founded.modelRevision === modelRevision) return;
  throw mismatch(founded, `${model} ${modelRevision} (${dimensions} dimensions)`);
}

function mismatch(founded: Founded, asked: string): FatalError {
  const { model, modelRevision, dimensions, metric } = founded;
  return new FatalError(
    "MODEL_MISMATCH",
    `this pipeline was founded with ${model} ${modelRevision} (${dimensions} dimensions, ${metric}); asked for now: ${asked}. Use the same, or another pipeline name`,
  );
}

/** Resolves once somebody has founded the pipeline (the worker that holds the embedding model does). */
export async function awaitFounded(replica: Replica, signal: AbortSignal): Promise<Founded> {
  for (;;) {
    const { version } = replica.version;
    if (replica.state.founded) return replica.state.founded;
    await replica.version.after(version, signal);
  }
}

/** Follows the model log only while `work` runs: for who needs a word of the model, not the model. */
export async function whileFollowing<T>(replica: Replica, work: (replica: Replica) => Promise<T>): Promise<T> {
  const failed = createDeferred<never>();
  failed.promise.catch(() => {});
  await replica.start(failed.reject);
  try {
    return await Promise.race([work(replica), failed.promise]);
  } finally {
    await replica.stop();
  }
}
