import type { Goal } from "@eddy/report/report";
import type { Run } from "./run.ts";

/** A figure to reach. A small sample can't tell. */
export function goal(
  { options }: Pick<Run, "options">,
  name: string,
  got: number,
  wanted: { readonly atLeast: number } | { readonly atMost: number },
  digits = 3,
): Goal {
  const met = "atLeast" in wanted ? got >= wanted.atLeast : got <= wanted.atMost;
  const text = "atLeast" in wanted ? `≥ ${wanted.atLeast}` : `≤ ${wanted.atMost}`;
  return { name, wanted: text, got: got.toFixed(digits), met: options.quick ? null : met };
}
