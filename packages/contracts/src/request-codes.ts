/** Codes of the HTTP API's errors, with their status, beside those of rejected documents and of Eddy's own errors. */
export const requestCodes = {
  /** The body can't be read: cut off, or not what its headers say. */
  INVALID_BODY: 400,
  /** A parameter of the query or a field of the body is unknown or not valid. */
  INVALID_PARAMETER: 400,
  INVALID_URL: 400,
  /** There is no API key, or it is not known. */
  UNAUTHORIZED: 401,
  /** The API key may not do this. */
  FORBIDDEN: 403,
  FOREIGN_ORIGIN: 403,
  /** A name that Eddy is not known by. */
  FOREIGN_HOST: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  /** No byte of the body came for too long. */
  TIMEOUT: 408,
  /** There is no model yet. */
  NO_MODEL: 409,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** None of the documents was accepted. */
  REJECTED: 422,
  /** Too many labels to evaluate. */
  TOO_MANY: 422,
  /** Back-pressure: Retry-After says when to come again. */
  BUSY: 429,
  /** More requests a second than one may make, or too many unknown keys. */
  TOO_FAST: 429,
  /** Nothing has been founded yet, or it is still being read. */
  STARTING: 503,
  STOPPING: 503,
} as const;

export type RequestCode = keyof typeof requestCodes;
