import type { KChoice } from "@eddy/clustering/events";
import type { Seeding } from "@eddy/contracts/api/seeding";
import { decimal } from "./figures.ts";

/** How the number of clusters came about. */
export function choiceLine(choice: KChoice): string {
  const { automatic, chosen, score, runnerUp, runnerUpScore, clear } = choice;
  if (!automatic) return `k = ${chosen}, as asked for`;
  // The present k is kept unless another is clearly better (choose-k.ts).
  const rank = runnerUpScore > score ? "kept, though a little better is" : "next best";
  const next = runnerUp > 0 && runnerUp !== chosen ? `; ${rank} k = ${runnerUp} with ${decimal(runnerUpScore)}` : "";
  const line = `k = ${chosen}, chosen by silhouette ${decimal(score)}${next}`;
  return clear ? line : `${line} (no clear structure: no number of clusters stands out)`;
}

export function seedingLine({ have, want }: Seeding): string {
  return `no clusters yet: seeding ${have}/${want} (a stream that pauses is seeded with what there is)`;
}
