import { describe, expect, it } from "vitest";
import { type Codec, lz4, snappy, zstd } from "./kafka-codecs.ts";

const codecs: readonly (readonly [string, Codec])[] = [
  ["lz4", lz4],
  ["snappy", snappy],
  ["zstd", zstd],
];

describe.each(codecs)("%s", (_, codec) => {
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a word", Buffer.from("word")],
    ["what packs well, past a megabyte", Buffer.alloc(3_000_000, "the same again ")],
    ["what does not", Buffer.from(Uint8Array.from({ length: 70_000 }, (_, n) => (n * n * 31 + (n >> 3)) & 255))],
  ])("gives back %s", async (_, bytes) => {
    const packed = await codec.compress({ buffer: bytes });
    expect(Buffer.compare(await codec.decompress(packed), bytes)).toBe(0);
  });

  it("refuses what is damaged", async () => {
    const packed = Buffer.from(await codec.compress({ buffer: Buffer.from("some words, some words, some words") }));
    packed.fill(255);
    await expect(codec.decompress(packed)).rejects.toMatchObject({ name: "FatalError", code: "RECORD_DAMAGED" });
  });
});

it("snappy: the frames of Java's clients, of several blocks", async () => {
  const parts = [Buffer.from("one block, "), Buffer.from("and another")];
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const blocks = await Promise.all(parts.map((part) => snappy.compress({ buffer: part })));
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  expect((await snappy.decompress(Buffer.concat([head, ...framed]))).toString()).toBe("one block, and another");
});

it("zstd: a frame that doesn't tell its size, larger than the first guess", async () => {
  // `head -c 5000000 /dev/zero | tr '\\0' a | zstd --no-check`, which reads a pipe: its first block, then the same again and again.
  const streamed = Buffer.from(
    "28b52ffd00585400001061610100fbff39c00202001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061020010610200106102001061035a0261",
    "hex",
  );
  expect((await zstd.decompress(streamed)).equals(Buffer.alloc(5_000_000, "a"))).toBe(true);
});
