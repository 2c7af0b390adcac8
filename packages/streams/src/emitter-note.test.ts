import { expect, it } from "vitest";
import { EmbeddedStreams } from "./embedded/embedded-streams.ts";
import { createMemoryStorage } from "./embedded/memory-storage.ts";
import { type CountedRange, noteAt } from "./emitter-note.ts";

/** [origin, source, previous], and whether it is a deletion meant for one version. */
type Link = readonly [number, number, number, "meant"?];

async function appliedAt(
  offset: number,
  {
    cut,
    texts,
    counted,
    now,
  }: { cut: number; texts: Link[]; counted: CountedRange[]; now: [number, [number, number][], number?] },
) {
  const streams = new EmbeddedStreams({ storage: createMemoryStorage(), now: () => 0 });
  await streams.createTopics(["texts", "embeddings"].map((name) => ({ name, partitions: 1 })));
  const lost = Array.from({ length: cut }, (): Link => [9, 0, -1]);
  await streams.append(
    "texts",
    0,
    [...lost, ...texts].map(([origin, source, previous, meant]) => ({
      key: Buffer.from("d"),
      value: meant ? null : Buffer.from("{}"),
      headers: {
        "eddy-origin": String(origin),
        "eddy-source": String(source),
        "eddy-previous": String(previous),
        ...(meant && { "eddy-only-revision": "0:0" }),
      },
    })),
  );
  await streams.truncate("texts", 0, cut);
  const link = { topic: "embeddings", input: "texts", chained: true, counted: () => counted };
  const note = { applied: new Map(now[1]), previous: new Map(now[2] === undefined ? [] : [[0, now[2]]]) };
  return [...(await noteAt(streams, link, 0, offset, { offset: now[0], note })).applied];
}

// What the emitter wrote is gone, and its input begins with records of which nobody knows whether they were taken.
it.each<[string, number, Parameters<typeof appliedAt>[1], [number, number][]]>([
  [
    "records that ran ahead stand before what was taken, as the reader has counted it",
    26,
    {
      cut: 20,
      texts: [
        [2, 21, 20],
        [2, 22, 21],
        [2, 24, 22],
        [2, 19, 17],
        [2, 20, 19],
        [2, 21, 20],
        [2, 22, 21],
        [2, 24, 22],
      ],
      counted: [{ from: 25, to: 27, sources: [26, 27] }],
      now: [28, [[2, 24]]],
    },
    [[2, 21]],
  ],
  [
    "copies of what was taken before are passed over, as the reader has not counted them",
    10,
    {
      cut: 10,
      texts: [
        [2, 9, -1],
        [2, 11, 9],
        [2, 13, 11],
      ],
      counted: [{ from: 9, to: 12, sources: [12] }],
      now: [13, [[2, 13]]],
    },
    [[2, 11]],
  ],
  [
    "a deletion without effect was counted by nobody, and yet it may have been taken",
    10,
    {
      cut: 10,
      texts: [
        [2, 9, 8],
        [2, 11, 9, "meant"],
        [2, 13, 11],
      ],
      counted: [{ from: 9, to: 12, sources: [12] }],
      now: [13, [[2, 13]]],
    },
    [[2, 9]],
  ],
  [
    "what it emitted last it took, though nobody else has read that",
    14,
    {
      cut: 10,
      texts: [
        [2, 29, 26],
        [2, 22, 21],
        [2, 26, 22],
        [2, 26, 22],
        [2, 29, 26],
      ],
      counted: [],
      now: [15, [[2, 29]], 14],
    },
    [[2, 26]],
  ],
  [
    "all were copies: its own commit says up to where",
    10,
    {
      cut: 10,
      texts: [
        [2, 9, -1],
        [2, 11, 9],
        [1, 5, 4],
      ],
      counted: [{ from: 9, to: 12, sources: [12] }],
      now: [
        13,
        [
          [2, 13],
          [1, 5],
        ],
      ],
    },
    [[2, 13]],
  ],
  [
    "of an origin whose records are all cut: its own commit says up to where",
    11,
    { cut: 10, texts: [[2, 9, 8]], counted: [], now: [11, [[1, 18]]] },
    [
      [1, 18],
      [2, 9],
    ],
  ],
])("%s", async (_, offset, log, expected) => {
  expect(new Map(await appliedAt(offset, log))).toEqual(new Map(expected));
});
