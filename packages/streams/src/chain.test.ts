import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { ChainReader, ChainStamper, type ChainVerdict, chainLink, formatNote, parseNote } from "./chain.ts";

describe("a reader takes a record only if previous ≤ applied < source", () => {
  it.each<[string, number | undefined, number, number, ChainVerdict]>([
    ["the first record met", undefined, 9, 7, "start"],
    ["the successor", 7, 9, 7, "take"],
    ["a successor whose predecessor was dropped on the way", 7, 9, 5, "take"],
    ["the same record again", 9, 9, 7, "duplicate"],
    ["an earlier one", 9, 4, 3, "duplicate"],
    ["one of a replaced worker that ran ahead", 7, 12, 9, "ahead"],
    ["the very first of an origin that is known", -1, 0, -1, "take"],
  ])("%s", (_, applied, source, previous, verdict) => {
    const reader = new ChainReader(applied === undefined ? undefined : new Map([[3, applied]]));
    expect(reader.accept({ origin: 3, source, previous })).toBe(verdict);
    expect(reader.applied(3)).toBe(verdict === "take" || verdict === "start" ? source : applied);
  });

  it("keeps origins apart", () => {
    const reader = new ChainReader(new Map([[0, 5]]));
    expect(reader.accept({ origin: 1, source: 2, previous: 1 })).toBe("start");
    expect(reader.accept({ origin: 0, source: 6, previous: 5 })).toBe("take");
    expect([...reader.snapshot()]).toEqual([
      [0, 6],
      [1, 2],
    ]);
  });

  it("does not change with the map it came from, nor its snapshot with it", () => {
    const given = new Map([[0, 5]]);
    const reader = new ChainReader(given);
    const before = reader.snapshot();
    reader.accept({ origin: 0, source: 6, previous: 5 });
    expect(given.get(0)).toBe(5);
    expect(before.get(0)).toBe(5);
  });
});

test("a stamper chains per output partition", () => {
  const stamper = new ChainStamper(4, new Map([[1, 10]]));
  const links = [
    [0, 11],
    [1, 12],
    [0, 13],
    [1, 14],
  ].map(([partition, source]) => chainLink(stamper.stamp(partition!, source!)));
  expect(links).toEqual([
    { origin: 4, source: 11, previous: -1 },
    { origin: 4, source: 12, previous: 10 },
    { origin: 4, source: 13, previous: 11 },
    { origin: 4, source: 14, previous: 12 },
  ]);
  expect(stamper.snapshot()).toEqual(
    new Map([
      [1, 14],
      [0, 13],
    ]),
  );
});

/**
 * One emitter and its replaced predecessors write the same inputs, each from a commit on, stopping anywhere: whatever the
 * interleaving, a reader that meets the last owner's run to the end takes every input once, in order.
 */
test("whatever replaced emitters leave in the log, each input is taken once, in order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.record({ from: fc.nat(29), length: fc.nat(30), at: fc.nat(1000) }), { maxLength: 6 }),
      fc.func(fc.boolean()),
      (inputs, zombies, dropped) => {
        const kept = Array.from({ length: inputs }, (_, offset) => offset).filter((offset) => !dropped(offset));
        const emit = (from: number, length: number) => {
          const before = kept.filter((offset) => offset < from).at(-1);
          const stamper = new ChainStamper(0, before === undefined ? undefined : new Map([[0, before]]));
          return kept
            .filter((offset) => offset >= from && offset < from + length)
            .map((offset) => chainLink(stamper.stamp(0, offset))!);
        };
        const log = emit(0, inputs);
        for (const { from, length, at } of zombies) {
          // A zombie's own records keep their order; it starts at a commit, so behind what was emitted by then.
          let place = at % (log.length + 1);
          for (const link of emit(Math.min(from, inputs), length)) {
            log.splice(place, 0, link);
            place += 1 + (at % 3);
          }
        }
        const reader = new ChainReader(new Map([[0, -1]]));
        const taken = log.filter((link) => reader.accept(link) === "take").map(({ source }) => source);
        expect(taken).toEqual(kept);
      },
    ),
  );
});

const offsets = fc.integer({ min: -1, max: 2 ** 45 });
const map = fc
  .uniqueArray(fc.tuple(fc.nat(5000), offsets), { selector: ([key]) => key, maxLength: 20 })
  .map((pairs) => new Map(pairs));

test("a note comes back as it was written", () => {
  fc.assert(
    fc.property(map, map, (applied, previous) => {
      expect(parseNote(formatNote({ applied, previous }))).toEqual({ applied, previous });
    }),
  );
});

test.each([
  "",
  "{}",
  "1",
  "2;a=;p=",
  "1;a=0:;p=",
  "1;a=:5;p=",
  "1;a=-:-;p=",
  "1;a=5;p=",
  "1;a=1:2:3;p=",
  "1;a=1:2,;p=",
  "1;a=1:2;p=1:2 ",
  "1;a=99999999999999999999:1;p=",
])("%j is no note", (text) => {
  expect(parseNote(text)).toBeUndefined();
});

test("what parses is what was written: garbage gives no note of its own", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."1;a=p:,-0279") }), (tail) => {
      const note = parseNote(`1;a=${tail}`);
      if (!note) return;
      for (const value of [...note.applied, ...note.previous].flat()) expect(Number.isSafeInteger(value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["none", {}],
  ["one missing", { "eddy-origin": "0", "eddy-source": "1" }],
  ["not a number", { "eddy-origin": "0", "eddy-source": "x", "eddy-previous": "0" }],
  ["empty", { "eddy-origin": "", "eddy-source": "1", "eddy-previous": "0" }],
  ["a float", { "eddy-origin": "0", "eddy-source": "1.5", "eddy-previous": "0" }],
])("no link where the stamp is %s", (_, headers) => {
  expect(chainLink(headers)).toBeUndefined();
});

test("a link is read from bytes as from text", () => {
  const headers = {
    "eddy-origin": Buffer.from("2"),
    "eddy-source": Buffer.from("7"),
    "eddy-previous": Buffer.from("-1"),
  };
  expect(chainLink(headers)).toEqual({ origin: 2, source: 7, previous: -1 });
});
