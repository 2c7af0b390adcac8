import { FatalError, RetryableError } from "@eddy/contracts/errors";
import { describe, expect, it } from "vitest";
import { kafkaErrorType, kafkaFault } from "./kafka-errors.ts";

/** Errors as kafkajs makes them. */
const protocol = (type: string, retriable: boolean) =>
  Object.assign(new Error(`told ${type}`), { name: "KafkaJSProtocolError", type, retriable });
const wrapped = (name: string, cause: unknown) => Object.assign(new Error("wrapped", { cause }), { name });
const kafkajsError = (name: string, retriable: boolean, more: object = {}) =>
  Object.assign(new Error(`told ${name}`), { name, retriable, ...more });
const socket = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe("kafkaFault", () => {
  it.each([
    ["the broker says try again", protocol("NOT_LEADER_FOR_PARTITION", true)],
    ["all tries were used up", wrapped("KafkaJSNumberOfRetriesExceeded", protocol("REQUEST_TIMED_OUT", true))],
    ["nobody listens", wrapped("KafkaJSNonRetriableError", socket("ECONNREFUSED"))],
    ["the name is not known yet", socket("ENOTFOUND")],
    ["a connection broke", Object.assign(new Error("closed"), { name: "KafkaJSConnectionError", retriable: false })],
    ["nobody knows the coordinator", kafkajsError("KafkaJSGroupCoordinatorNotFound", false)],
    ["a lock of kafkajs is not given", kafkajsError("KafkaJSLockTimeout", false)],
    ["a broker has a fault of its own", protocol("UNKNOWN", false)],
    [
      "of several topics one was made by another process, and one not yet",
      kafkajsError("KafkaJSAggregateError", false, {
        errors: [protocol("TOPIC_ALREADY_EXISTS", false), protocol("REQUEST_TIMED_OUT", true)],
      }),
    ],
    ["ours already", new RetryableError("STREAM_UNAVAILABLE", "away")],
  ])("%s: try again", (_, error) => {
    expect(kafkaFault(error)).toMatchObject({ name: "RetryableError", code: "STREAM_UNAVAILABLE" });
  });

  it.each([
    ["an ACL", protocol("TOPIC_AUTHORIZATION_FAILED", false), "CONFIG_INVALID", "ACLs"],
    [
      "a password",
      Object.assign(new Error("no"), { name: "KafkaJSSASLAuthenticationError" }),
      "CONFIG_INVALID",
      "KAFKA_SASL",
    ],
    [
      "a certificate that isn't trusted",
      kafkajsError("KafkaJSConnectionError", true, { code: "SELF_SIGNED_CERT_IN_CHAIN" }),
      "CONFIG_INVALID",
      "KAFKA_SSL_CA_FILE",
    ],
    [
      "a certificate that is missed",
      kafkajsError("KafkaJSConnectionError", true, { code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" }),
      "CONFIG_INVALID",
      "KAFKA_SSL_CERT_FILE",
    ],
    ["a setting", protocol("INVALID_REPLICATION_FACTOR", false), "CONFIG_INVALID", "setting"],
    ["a size", protocol("MESSAGE_TOO_LARGE", false), "TOPIC_SHAPE", "max.message.bytes"],
    [
      "several",
      Object.assign(new Error("all"), { errors: [protocol("POLICY_VIOLATION", false)] }),
      "CONFIG_INVALID",
      "",
    ],
    [
      "a partition",
      Object.assign(new Error("delete"), { partitions: [{ error: protocol("POLICY_VIOLATION", false) }] }),
      "CONFIG_INVALID",
      "",
    ],
    ["a fault of ours", new TypeError("x is undefined"), "INTERNAL", "x is undefined"],
  ])("%s: stop, and say what to do", (_, error, code, words) => {
    const fault = kafkaFault(error);
    expect(fault).toBeInstanceOf(FatalError);
    expect(fault).toMatchObject({ code, cause: error, message: expect.stringContaining(words) });
  });
});

it("the broker's word for an error is found behind whatever carries it", () => {
  const said = protocol("UNKNOWN_MEMBER_ID", false);
  expect(kafkaErrorType(said)).toBe("UNKNOWN_MEMBER_ID");
  expect(kafkaErrorType(kafkaFault(wrapped("KafkaJSNumberOfRetriesExceeded", said)))).toBe("UNKNOWN_MEMBER_ID");
  expect(kafkaErrorType(new Error("none"))).toBeUndefined();
  expect(kafkaErrorType(undefined)).toBeUndefined();
});
