import type { IntakeSummaryView } from "@eddy/contracts/api/intake";
import type { ApiFault } from "../api/fault.ts";

/** Why a document was refused, and where it stands. */
export interface Refusal {
  readonly place: string;
  readonly code: string;
  readonly message: string;
}

/** What became of a file so far. */
export interface Outcome {
  readonly accepted: number;
  readonly rejected: number;
  /** The first of them. */
  readonly refusals: readonly Refusal[];
}

export const nothingYet: Outcome = { accepted: 0, rejected: 0, refusals: [] };
export const MOST_REFUSALS = 1_000;

type Rejected = IntakeSummaryView["rejected"][number];

/** Adds what one request told. `placeOf` says where a refused document stands, which the request can't know. */
export function addSummary(before: Outcome, summary: unknown, placeOf: (rejected: Rejected) => string): Outcome {
  const { accepted = 0, rejected = [], rejected_total = rejected.length } = summary as Partial<IntakeSummaryView>;
  const refusals = rejected.map((each) => ({ place: placeOf(each), code: each.code, message: each.message }));
  return {
    accepted: before.accepted + accepted,
    rejected: before.rejected + rejected_total,
    refusals: [...before.refusals, ...refusals].slice(0, MOST_REFUSALS),
  };
}

/** Where a document stands, as far as the answer tells. */
export const placeIn = ({ line, index }: Rejected): string =>
  line === undefined ? `no. ${index + 1}` : `line ${line}`;

/** An error that is no more than "some of them were refused": the summary stands beside it. */
export const isRefusal = ({ details }: ApiFault): boolean =>
  Array.isArray(details.rejected) && details.rejected.length > 0;
