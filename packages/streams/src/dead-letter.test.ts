import { expect, test } from "vitest";
import { deadLetterNote, originalHeaders, toDeadLetter, travellingHeaders } from "./dead-letter.ts";

const record = {
  key: Buffer.from("a"),
  value: Buffer.from([0xff, 0x00]),
  headers: { mine: "1", ce_id: "7", "eddy-origin": "0", "eddy-source": "3", "eddy-previous": "2" },
  timestampMs: 5,
  offset: 42,
};
const origin = { topic: "t", partition: 3, stage: "ingest", task: "3" };
const letter = toDeadLetter(record, { code: "INVALID_UTF8", message: "bad bytes: é" }, origin);

test("a dead letter is the record untouched, with the ten headers of Kafka Connect", () => {
  expect(letter.key).toBe(record.key);
  expect(letter.value).toBe(record.value);
  expect(letter.timestampMs).toBe(5);
  const added = Object.keys(letter.headers).filter((name) => name.startsWith("__connect.errors."));
  expect(added.map((name) => name.slice("__connect.errors.".length)).sort()).toEqual([
    "class.name",
    "connector.name",
    "exception.class.name",
    "exception.message",
    "exception.stacktrace",
    "offset",
    "partition",
    "stage",
    "task.id",
    "topic",
  ]);
  expect(letter.headers).toMatchObject(record.headers);
});

test("its note says where it was and why it was refused", () => {
  expect(deadLetterNote(letter.headers)).toEqual({
    topic: "t",
    partition: 3,
    offset: 42,
    stage: "ingest",
    code: "INVALID_UTF8",
    message: "INVALID_UTF8: bad bytes: é",
  });
  expect(deadLetterNote(record.headers)).toBeUndefined();
});

test("a replay sends the headers that people gave it, without the chain's", () => {
  expect(originalHeaders(letter.headers)).toEqual({ mine: "1", ce_id: "7" });
});

test("CloudEvents attributes and the trace context travel on, nothing else", () => {
  const headers = { ce_id: "1", ce_type: "t", traceparent: "00", tracestate: "x", "content-type": "y", ce: "no" };
  expect(travellingHeaders({ ...headers, ...letter.headers })).toEqual({
    ce_id: "7",
    ce_type: "t",
    traceparent: "00",
    tracestate: "x",
  });
});
