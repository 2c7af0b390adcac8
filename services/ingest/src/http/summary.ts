import type { IntakeSummaryView } from "@eddy/contracts/api/intake";
import type { Reject } from "@eddy/contracts/errors";

const MAX_IDS = 10_000;
const MAX_REJECTED = 1_000;

export function createSummary() {
  let accepted = 0;
  let rejectedTotal = 0;
  const ids: string[] = [];
  const rejected: IntakeSummaryView["rejected"][number][] = [];
  return {
    accept(entries: readonly { readonly id: string }[]): void {
      accepted += entries.length;
      for (const { id } of entries.slice(0, MAX_IDS - ids.length)) ids.push(id);
    },
    /** @param place among the documents of the request, and its line where it is of a table or of NDJSON */
    reject(place: { readonly index: number; readonly line?: number }, id: string | undefined, reject: Reject): void {
      rejectedTotal += 1;
      if (rejected.length < MAX_REJECTED) rejected.push({ ...place, ...(id !== undefined && { id }), ...reject });
    },
    get value(): IntakeSummaryView {
      return { accepted, ids, rejected, rejected_total: rejectedTotal };
    },
  };
}

export type Summary = ReturnType<typeof createSummary>;
