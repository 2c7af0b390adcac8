import { type ErrorCode, FatalError, type RejectCode, RetryableError } from "@eddy/contracts/errors";
import { type RequestCode, requestCodes } from "@eddy/contracts/request-codes";

/** `{"error": {"code", "message", …details}}`: the body of every answer that is an error. */
export interface HttpFaultBody {
  readonly error: { readonly code: string; readonly message: string; readonly [detail: string]: unknown };
}

/** An answer other than what was asked for. `details` stand beside code and message. */
export class HttpFault extends Error {
  readonly status: number;
  readonly code: RequestCode | RejectCode | ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: RequestCode | RejectCode | ErrorCode,
    message: string,
    options: {
      /** Where the code has none of its own: 422 otherwise. */
      readonly status?: number;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.name = "HttpFault";
    this.code = code;
    this.status = options.status ?? (code in requestCodes ? requestCodes[code as RequestCode] : 422);
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }
}

export function faultBody({ code, message, details }: HttpFault): HttpFaultBody {
  return { error: { code, message, ...details } };
}

const RETRY_AFTER_SECONDS = "1";

/**
 * What an error means to a client: a full disk is 507, what is away for a while 503, what a person must mend 500.
 * Undefined: a fault in Eddy itself, of which a client is told nothing.
 */
export function toHttpFault(error: unknown): HttpFault | undefined {
  if (error instanceof HttpFault) return error;
  if (error instanceof RetryableError || error instanceof FatalError) {
    const headers = { "retry-after": RETRY_AFTER_SECONDS };
    if (error.code === "DISK_FULL") return new HttpFault("DISK_FULL", error.message, { status: 507, headers });
    const away = error instanceof RetryableError;
    return new HttpFault(error.code, error.message, away ? { status: 503, headers } : { status: 500 });
  }
  return undefined;
}
