import { FatalError, RetryableError } from "@eddy/contracts/errors";

/** The parts of kafkajs's errors that are read: `type` is the protocol's name of the error. */
interface KafkaFault {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: unknown;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly errors?: readonly KafkaFault[];
  readonly partitions?: readonly { readonly error?: unknown }[];
}

/** Kafka's names of errors that a person must mend. */
const REFUSED = [
  "TOPIC_AUTHORIZATION_FAILED",
  "GROUP_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
  "ILLEGAL_SASL_STATE",
  "SECURITY_DISABLED",
];
const SETTINGS = [
  "INVALID_CONFIG",
  "INVALID_REPLICATION_FACTOR",
  "INVALID_PARTITIONS",
  "POLICY_VIOLATION",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_SESSION_TIMEOUT",
  "INCONSISTENT_GROUP_PROTOCOL",
  "UNSUPPORTED_VERSION",
];
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "OFFSET_METADATA_TOO_LARGE"];

/** Errors of kafkajs, and of ours, that only carry another one. */
const WRAPPERS = ["KafkaJSNumberOfRetriesExceeded", "KafkaJSNonRetriableError", "RetryableError", "FatalError"];

/** What may be behind it where it goes on. */
const CLOSED = " (if it goes on: a port for TLS needs KAFKA_SSL=true, one with a login KAFKA_SASL_…)";
const PLAIN = " (if it goes on: the port is not one for TLS: KAFKA_SSL=false)";

/** What kafkajs itself would not try again, but whoever waits longer should. */
const TRANSIENT = [
  "KafkaJSConnectionError",
  "KafkaJSBrokerNotFound",
  "KafkaJSTimeout",
  "KafkaJSLockTimeout",
  // No broker that is known answered when asked for it.
  "KafkaJSGroupCoordinatorNotFound",
  "KafkaJSNoBrokerAvailableError",
];

/** A broker's word for a fault of its own, as while it starts or stops. It can't be mended here, and waiting loses nothing. */
const BROKERS_OWN = "UNKNOWN";

/** OpenSSL's and Node's words for a certificate that isn't trusted, and for one that the broker misses or refuses. */
const UNTRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;
const UNWELCOME = /^ERR_SSL_.*ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|HANDSHAKE_FAILURE)/;
const NO_TLS = /wrong version number|before secure TLS connection/i;

/** The error that stands behind "retries exceeded", and behind an error of several. */
function origin(error: unknown): KafkaFault {
  const fault = (error ?? {}) as KafkaFault;
  // Of topics that are made, another process may have made some meanwhile: that is no fault.
  const several = fault.errors?.find(({ type }) => type !== "TOPIC_ALREADY_EXISTS") ?? fault.errors?.[0];
  const inner = several ?? fault.partitions?.[0]?.error;
  if (inner !== undefined) return origin(inner);
  if (WRAPPERS.includes(fault.name ?? "") && fault.cause !== undefined) return origin(fault.cause);
  return fault;
}

/** `OFFSET_OUT_OF_RANGE`, `ILLEGAL_GENERATION` …, where the broker said so. */
export function kafkaErrorType(error: unknown): string | undefined {
  return origin(error).type;
}

/**
 * What a call met on connections that another call's failure dropped under it: of no meaning (kafkajs falls over the metadata that
 * is gone), so it may be tried again; unless a broker said it.
 */
export function afterDrop(error: unknown): unknown {
  if (kafkaErrorType(error) !== undefined) return error;
  return new RetryableError("STREAM_UNAVAILABLE", "the connection was dropped", { cause: error });
}

/** The reaction to a failure of kafkajs: wait and try again, or stop and tell a person what to do. */
export function kafkaFault(error: unknown): RetryableError | FatalError {
  if (error instanceof RetryableError || error instanceof FatalError) return error;
  const { name = "", message = String(error), type = "", code, retriable } = origin(error);
  const options = { cause: error };
  if (typeof code === "string" && UNTRUSTED.test(code))
    return new FatalError(
      "CONFIG_INVALID",
      `Kafka's certificate is not trusted: ${message} (${code}); name the file of its authority in KAFKA_SSL_CA_FILE`,
      options,
    );
  if (typeof code === "string" && UNWELCOME.test(code))
    return new FatalError(
      "CONFIG_INVALID",
      `Kafka refuses Eddy's certificate, or misses one: ${message} (check KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE)`,
      options,
    );
  if (REFUSED.includes(type) || name.includes("SASL"))
    return new FatalError(
      "CONFIG_INVALID",
      `Kafka refuses Eddy: ${message} (check KAFKA_SASL_… and its ACLs)`,
      options,
    );
  if (SETTINGS.includes(type)) return new FatalError("CONFIG_INVALID", `Kafka refuses a setting: ${message}`, options);
  if (TOO_LARGE.includes(type))
    return new FatalError(
      "TOPIC_SHAPE",
      `Kafka refuses a record for its size: ${message} (raise the topic's max.message.bytes, or offset.metadata.max.bytes)`,
      options,
    );
  if (name === "KafkaJSNotImplemented")
    return new FatalError(
      "CONFIG_INVALID",
      `a record can't be read: ${message}, as no codec knows how it was compressed`,
      options,
    );
  const hint = name === "KafkaJSConnectionClosedError" ? CLOSED : NO_TLS.test(message) ? PLAIN : "";
  // kafkajs marks protocol errors by Kafka's own list; of the rest (sockets, time-outs, metadata) only what it won't try again.
  if (retriable === true || (retriable === undefined && isSocketFault(error)))
    return new RetryableError("STREAM_UNAVAILABLE", `Kafka doesn't answer: ${message}${hint}`, options);
  if (TRANSIENT.includes(name) || type === BROKERS_OWN)
    return new RetryableError("STREAM_UNAVAILABLE", `Kafka doesn't answer: ${message}${hint}`, options);
  return new FatalError("INTERNAL", `Kafka: ${message}`, options);
}

function isSocketFault(error: unknown): boolean {
  const { code } = origin(error);
  return typeof code === "string" && /^(E[A-Z]+|ERR_(SOCKET|TLS|SSL)_.*)$/.test(code);
}
