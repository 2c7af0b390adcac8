import { describe, expect, it } from "vitest";
import type { FetchedMessage } from "./kafka-client.ts";
import { toMessage, toRecords } from "./kafka-records.ts";

const message = (offset: number, more: Partial<FetchedMessage> = {}): FetchedMessage => ({
  offset: String(offset),
  timestamp: "5",
  key: null,
  value: Buffer.from(String(offset)),
  headers: {},
  ...more,
});
const of = (producerId: string, inTransaction: boolean, firstOffset = "0", lastOffsetDelta = 0) => ({
  batchContext: { producerId, inTransaction, firstOffset, lastOffsetDelta },
});

describe("records of a fetch", () => {
  it("leave out what stands before the offset asked for, and read on after the batch's own end", () => {
    const batch = of("-1", false, "3", 6);
    const { records, next } = toRecords({ messages: [3, 4, 6].map((offset) => message(offset, batch)) }, 4);
    expect(records.map(({ offset }) => offset)).toEqual([4, 6]);
    // 7 to 9 were taken by compaction.
    expect(next).toBe(10);
  });

  it("leave out aborted transactions and markers, and nothing of others", () => {
    const marker = { isControlRecord: true };
    const { records, next } = toRecords(
      {
        abortedTransactions: [
          { producerId: "7", firstOffset: "6" },
          { producerId: "7", firstOffset: "1" },
        ],
        messages: [
          message(0, of("7", false)),
          message(1, of("7", true)),
          message(2, of("8", true)),
          message(3, { ...of("7", true), ...marker }),
          message(4, of("7", true)),
          message(5, { ...of("8", true), ...marker }),
          message(6, of("7", true)),
          message(7, { ...of("7", true), ...marker }),
        ],
      },
      0,
    );
    expect(records.map(({ offset }) => offset)).toEqual([0, 2, 4]);
    expect(next).toBe(8);
  });

  it("have the last header of a name, and none without a value", () => {
    const headers = { twice: [Buffer.from("a"), Buffer.from("b")], none: null, text: "c" };
    const [record] = toRecords({ messages: [message(0, { headers })] }, 0).records;
    expect(record?.headers).toEqual({ twice: Buffer.from("b"), text: "c" });
    expect(record?.timestampMs).toBe(5);
  });
});

it("a header of any name is but a header, and a time that no date can be is the nearest one", () => {
  const headers = Object.fromEntries([["__proto__", Buffer.from("a")]]);
  const at = ["-1", "9223372036854775807"].map((timestamp, offset) => message(offset, { timestamp, headers }));
  const { records } = toRecords({ messages: at }, 0);
  expect(Object.entries(records[0]!.headers)).toEqual([["__proto__", Buffer.from("a")]]);
  expect(records.map(({ timestampMs }) => new Date(timestampMs).toISOString())).toEqual([
    "1970-01-01T00:00:00.000Z",
    "+275760-09-13T00:00:00.000Z",
  ]);
});

it("bytes that are no Buffer are sent as they are, a view of a larger array too", () => {
  const bytes = new Uint8Array([1, 2, 3, 255]).subarray(1, 4);
  const { key, value, headers } = toMessage({ key: bytes, value: null, headers: { h: bytes, t: "ü" } }, 3);
  expect(key).toEqual(Buffer.from([2, 3, 255]));
  expect(value).toBeNull();
  expect(headers).toEqual({ h: Buffer.from([2, 3, 255]), t: Buffer.from("ü") });
});
