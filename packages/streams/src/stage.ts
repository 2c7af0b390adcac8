import type { Reject } from "@eddy/contracts/errors";
import type { StoredRecord } from "./port.ts";

/** What a stage says of one record; the worker's loop performs it. */
export type Outcome<O> =
  | { readonly kind: "ok"; readonly output: O }
  | { readonly kind: "drop"; readonly why: string }
  | { readonly kind: "deadLetter"; readonly reject: Reject };

/** The logic of a service: a batch in, as many outcomes out, in order. Pure of transport; may be run again on the same batch. */
export type Stage<O> = (batch: readonly StageInput[], context: StageContext) => Promise<readonly Outcome<O>[]>;

export interface StageInput {
  readonly partition: number;
  readonly record: StoredRecord;
}

export interface StageContext {
  readonly signal: AbortSignal;
}

/** How an output becomes a record of the output topic. */
export interface Encoded {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  /** Absent: the input's partition. */
  readonly partition?: number;
}

export const ok = <O>(output: O): Outcome<O> => ({ kind: "ok", output });
export const drop = (why: string): Outcome<never> => ({ kind: "drop", why });
export const deadLetter = (reject: Reject): Outcome<never> => ({ kind: "deadLetter", reject });
