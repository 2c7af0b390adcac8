/**
 * One class a reaction (the loop's, not the cause's): retryable backs off and tries again, terminal sends the record to the
 * dead-letter topic, fatal stops the process with its message and no stack trace. `code` is from one closed list.
 */
export const errorCodes = {
  CONFIG_INVALID: "a setting is missing or not valid",
  PORT_TAKEN: "another program listens on the port",
  HOME_LOCKED: "another eddy process uses this folder",
  HOME_NOT_WRITABLE: "the folder can't be written",
  DISK_FULL: "the disk is full",
  BACKUP_DAMAGED: "a backup is cut short, or not as it was made",
  RESTORE_UNFINISHED: "the folder or the pipeline holds half of a backup",
  FORMAT_UNKNOWN: "written by a newer or unknown version of Eddy",
  RECORD_DAMAGED: "a record of an inner topic, or a batch of records, can't be read",
  MODEL_UNAVAILABLE: "the embedding model can't be had from any source",
  MODEL_DAMAGED: "a model file doesn't match its checksum or can't be read",
  DEVICE_UNAVAILABLE: "the device asked for is not there",
  STORE_UNAVAILABLE: "the vector store doesn't answer",
  STORE_REFUSED: "the vector store refused a request",
  STORE_FOREIGN: "the collection belongs to another model log",
  STORE_SHAPE: "the collection has another width or distance",
  STREAM_UNAVAILABLE: "the log doesn't answer",
  TOPIC_SHAPE: "a topic has another partition count or setting",
  API_UNAVAILABLE: "Eddy's HTTP API doesn't answer",
  API_REFUSED: "Eddy's HTTP API refused a request",
  LOG_GAP: "records are missing from the log",
  MODEL_LOG_CUT: "the model log starts after the newest snapshot",
  MODEL_LOG_FOREIGN: "the model log belongs to another store or model",
  MODEL_MISMATCH: "vectors of another model or width",
  EVENT_UNKNOWN: "an event of a kind that this version doesn't know",
  INTERNAL: "a fault in Eddy itself",
} as const;

export type ErrorCode = keyof typeof errorCodes;

abstract class EddyError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Try again with backoff. */
export class RetryableError extends EddyError {}

/** Stop the process: a person must act. The message says what to do. */
export class FatalError extends EddyError {}

/** Why a document was refused; the reason in `__connect.errors.exception.message` starts with the code. */
export const rejectCodes = {
  INVALID_JSON: "the value is not valid JSON",
  INVALID_UTF8: "the value is not valid UTF-8",
  INVALID_DOCUMENT: "a field is missing or has the wrong type",
  NO_TEXT: "there is no text",
  EMPTY_TEXT: "nothing is left of the text after cleaning",
  TOO_LARGE: "the document is over the size limit",
  INVALID_ID: "the id is empty, too long or has a NUL",
  INVALID_VECTOR: "the vector has the wrong width or a value that is not a finite number",
  INVALID_DATE: "published_at is not a date",
  INVALID_EVENT: "not a valid CloudEvent",
  CRASHED: "the record made the worker fail again and again",
} as const;

export type RejectCode = keyof typeof rejectCodes;

/** A refusal of one record. */
export interface Reject {
  readonly code: RejectCode;
  readonly message: string;
}
