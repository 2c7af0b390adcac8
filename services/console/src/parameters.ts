import { parseClusterName } from "@eddy/contracts/collection";
import { parseDate } from "@eddy/contracts/document";
import { z } from "zod";

export const limit = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);

/** `c3` or `3` → 3. */
export const cluster = z.string().transform((name, context) => {
  const found = parseClusterName(name);
  if (found !== undefined) return found;
  context.addIssue({ code: "custom", message: `"${name}" is no cluster: they are named c1, c2 …` });
  return z.NEVER;
});

const DAY_MS = 86_400_000;

/** A date or date-time → RFC 3339 in UTC. A date alone is the day's first millisecond, or its last where the range ends. */
export const date = (end: "from" | "to") =>
  z.string().transform((text, context) => {
    const ms = parseDate(text);
    if (ms !== undefined) return new Date(end === "to" && !/[Tt ]/.test(text) ? ms + DAY_MS - 1 : ms).toISOString();
    context.addIssue({ code: "custom", message: `"${text}" is no date such as 2026-11-22 or 2026-11-22T10:00:00Z` });
    return z.NEVER;
  });

export const noQuery = z.strictObject({});

export const clusterParams = z.object({ id: cluster.describe("`c3`, or `3`.") });
export const documentParams = z.object({ id: z.string().describe("The document's, percent-encoded.") });

export const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true");
