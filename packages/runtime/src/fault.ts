import { FatalError, RetryableError } from "@eddy/contracts/errors";

/** An error that its thrower wrote for a person to read: it needs no stack trace. */
export function isExpected(error: unknown): error is FatalError | RetryableError {
  return error instanceof FatalError || error instanceof RetryableError;
}

/** One line for a person: `PORT_TAKEN: …`; for a fault of ours, where to see more. */
export function describeFault(error: unknown): string {
  if (isExpected(error)) return `${error.code}: ${error.message}`;
  return `INTERNAL: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} (LOG_LEVEL=debug shows where)`;
}

/** The stack of an error and of its causes, for the debug log. */
export function traceFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const trace = error.stack ?? String(error);
  return error.cause === undefined ? trace : `${trace}\ncaused by: ${traceFault(error.cause)}`;
}
