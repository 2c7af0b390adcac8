/** What the API, or the way to it, refused. */
export class ApiFault extends Error {
  /** 0: no answer came. */
  readonly status: number;
  /** From the closed list of codes; `UNREACHABLE` without an answer. */
  readonly code: string;
  /** What stands beside code and message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "ApiFault";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The route itself is not there: an older Eddy answers. */
export function isMissingRoute(error: unknown): boolean {
  return error instanceof ApiFault && error.status === 404 && error.message.startsWith("there is nothing at");
}

/** The fault that an answer other than 2xx tells; its body is parsed, or undefined where it was no JSON. */
export function faultOf(status: number, body: unknown): ApiFault {
  const told = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  if (typeof told !== "object" || told === null) return new ApiFault(status, "UNKNOWN", `the answer was ${status}`);
  const { code, message, ...details } = told as Record<string, unknown>;
  return new ApiFault(status, String(code), String(message), details);
}

export const unreachable = () => new ApiFault(0, "UNREACHABLE", "Eddy does not answer. Is it still running?");

/** For people; an error that is none of the API's is told by its own words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
