import { FatalError } from "./errors.ts";

/**
 * What `read` makes of bytes that should be `what`. Throws FatalError RECORD_DAMAGED where it can't; what it throws as a FatalError
 * itself (another version's format) stays as it is.
 */
export function decoded<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof FatalError) throw cause;
    throw new FatalError("RECORD_DAMAGED", `the bytes are not ${what}: ${(cause as Error).message}`, { cause });
  }
}

/** The same error, told with the place of its record. */
export function placed<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    throw new FatalError(error.code, `${place}: ${error.message}`, { cause: error });
  }
}
