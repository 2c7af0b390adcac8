import type { Reject } from "@eddy/contracts/errors";

/** What became of the documents of one request. */
export interface IntakeSummary {
  /** Durable in `documents`. */
  readonly accepted: number;
  /** Of the accepted, the first 10,000. */
  readonly ids: readonly string[];
  /** The first 1,000. */
  readonly rejected: readonly RejectedDocument[];
  readonly rejected_total: number;
}

export interface RejectedDocument extends Reject {
  /** Its place among the documents of the request, from 0; blank lines don't count. */
  readonly index: number;
  readonly id?: string;
}

const MAX_IDS = 10_000;
const MAX_REJECTED = 1_000;

export function createSummary() {
  let accepted = 0;
  let rejectedTotal = 0;
  const ids: string[] = [];
  const rejected: RejectedDocument[] = [];
  return {
    accept(entries: readonly { readonly id: string }[]): void {
      accepted += entries.length;
      for (const { id } of entries.slice(0, MAX_IDS - ids.length)) ids.push(id);
    },
    reject(index: number, id: string | undefined, reject: Reject): void {
      rejectedTotal += 1;
      if (rejected.length < MAX_REJECTED) rejected.push({ index, ...(id !== undefined && { id }), ...reject });
    },
    get value(): IntakeSummary {
      return { accepted, ids, rejected, rejected_total: rejectedTotal };
    },
  };
}

export type Summary = ReturnType<typeof createSummary>;
