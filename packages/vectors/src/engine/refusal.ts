import type { PointId } from "../protocol.ts";
import { WholeFloat } from "./exact-json.ts";

/** A request that the engine does not take, with Qdrant's HTTP status and Qdrant's own text where it has one. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.name = "Refusal";
    this.status = status;
  }
}

/** The storage below failed (disk full, I/O error): nothing of the request was written. */
export class StorageFailure extends Error {
  readonly diskFull: boolean;
  constructor(cause: unknown, diskFull: boolean) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(diskFull ? `the disk is full (${why})` : why, { cause });
    this.name = "StorageFailure";
    this.diskFull = diskFull;
  }
}

export const badFormat = (why: string) => new Refusal(400, `Format error in JSON body: ${why}`);
export const wrongInput = (why: string) => new Refusal(400, `Wrong input: ${why}`);
export const badRequest = (why: string) => new Refusal(400, `Bad request: ${why}`);
export const notFound = (what: string) => new Refusal(404, `Not found: ${what}`);
export const conflict = (why: string) => new Refusal(409, `Wrong input: ${why}`);
export const invalid = (field: string, why: string) =>
  new Refusal(422, `Validation error in JSON body: [${field}: ${why}]`);
export const notServed = (what: string) =>
  new Refusal(400, `Wrong input: ${what} is not served by Eddy's embedded store; a real Qdrant has it (QDRANT_URL)`);

/** A validation error of what `work` looks at, told by its whole path. */
export function within<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422) throw error;
    throw new Refusal(422, error.message.replace("body: [", `body: [${path}.`));
  }
}

export const noCollection = (name: string) => notFound(`Collection \`${name}\` doesn't exist!`);
export const noPoint = (id: PointId) => notFound(`No point with id ${id} found`);

/** A count of at least `least`; `fallback` where there is none. */
export function whole(value: unknown, field: string, fallback: number, least = 1): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw badFormat(`${field}: invalid value, expected an unsigned integer`);
  }
  if (value < 0) throw badFormat(`${field}: invalid value: integer \`${value}\`, expected usize`);
  if (value < least) throw invalid(field, `value ${value} invalid, must be ${least} or larger`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof WholeFloat)
  );
}
