import type { z } from "zod";
import { HttpFault } from "./http-fault.ts";

/** What is given, checked; throws HttpFault INVALID_PARAMETER that names each fault. */
export function readParameters<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw new HttpFault("INVALID_PARAMETER", faults.join("; "));
}
