import type { SparseVector, VectorParams } from "../protocol.ts";
import type { Arena, Region } from "./arena.ts";
import { nearerOf } from "./kernel.ts";

/** A vector as it is kept: dense, or sparse with ascending indices. */
export type StoredVector = Float32Array | SparseVector;

/** The vectors of one name, by slot. */
export interface Slab {
  /** +1 where a greater score is nearer, −1 where a smaller one is. */
  readonly nearer: 1 | -1;
  /** Of a score: greater is nearer, as Qdrant compares with several examples at once. */
  similarity(score: number): number;
  /** Slots that have a vector. */
  readonly size: number;
  has(slot: number): boolean;
  /** A copy, since a slot may be written again. */
  get(slot: number): StoredVector | undefined;
  set(slot: number, vector: StoredVector): void;
  clear(slot: number): void;
  /** Bytes that `write` needs; 0 without a vector. */
  bytes(slot: number): number;
  /** Little-endian, as vector-codec.ts has it. */
  write(slot: number, into: Buffer, at: number): void;
  /** What is compared in place of a query's vector. */
  weighed(query: StoredVector): StoredVector;
  /** Compares with each of `examples`; to be ended. */
  scorer(examples: readonly StoredVector[]): Scorer;
  /** Its memory can be used by others. */
  free(): void;
}

/** Scores of up to `CHUNK` slots at a time. */
export interface Scorer {
  /**
   * Scores of `from` and of slots after it, below `end`: a list for each example, to be read at once. NaN: nothing in common with a
   * sparse vector. Of slots without a vector they mean nothing. The number of slots is the length of the lists.
   */
  run(from: number, end: number): readonly Float32Array[];
  end(): void;
}

export const CHUNK = 256;
const BLOCK_BYTES = 8 * 1024 * 1024;
const BLOCK_ROWS = 4096;

/** Dense vectors, in blocks that are never moved: growing copies nothing. */
export function createSlab({ size: width, distance }: VectorParams, arena: Arena): Slab {
  const stride = Math.ceil(width / 4) * 4;
  const rows = Math.min(BLOCK_ROWS, 2 ** Math.floor(Math.log2(Math.max(1, BLOCK_BYTES / (4 * stride)))));
  const blocks: Region[] = [];
  const present = createPresence();
  const blockOf = (slot: number) => blocks[Math.floor(slot / rows)]!;
  const startOf = (slot: number) => blockOf(slot).at / 4 + (slot % rows) * stride;

  function addBlock(): void {
    const block = arena.take(rows * stride);
    if (stride !== width) block.bank.floats.fill(0, block.at / 4, (block.at + block.bytes) / 4);
    blocks.push(block);
  }

  return {
    nearer: nearerOf[distance],
    similarity: distance === "Euclid" ? (score) => -score * score : (score) => nearerOf[distance] * score,
    get size() {
      return present.size;
    },
    has: present.has,
    get(slot) {
      if (!present.has(slot)) return undefined;
      const at = startOf(slot);
      return blockOf(slot).bank.floats.slice(at, at + width);
    },
    set(slot, vector) {
      while (blocks.length * rows <= slot) addBlock();
      blockOf(slot).bank.floats.set(vector as Float32Array, startOf(slot));
      present.add(slot);
    },
    clear: present.remove,
    bytes: (slot) => (present.has(slot) ? 4 * width : 0),
    write(slot, into, at) {
      const from = startOf(slot) * 4;
      into.set(blockOf(slot).bank.bytes.subarray(from, from + 4 * width), at);
    },
    weighed: (query) => query,
    scorer(examples) {
      /** Examples, then a list of scores for each; in the memory of the block that is read. */
      let scratch: Region | undefined;
      const most = Math.min(CHUNK, rows);

      function moveTo(block: Region): Region {
        if (scratch?.bank === block.bank) return scratch;
        if (scratch) arena.give(scratch);
        scratch = arena.takeNear(block.bank, examples.length * (stride + most));
        const { floats } = scratch.bank;
        examples.forEach((example, i) => {
          const at = scratch!.at / 4 + i * stride;
          floats.fill(0, at, at + stride);
          floats.set(example as Float32Array, at);
        });
        return scratch;
      }

      return {
        run(from, end) {
          const block = blocks[Math.floor(from / rows)];
          const count = Math.min(end - from, most, rows - (from % rows));
          // slots that never had a vector
          if (!block) return examples.map(() => new Float32Array(Math.min(end - from, CHUNK)));
          const { bank, at } = moveTo(block);
          const kernel = bank.kernels[distance];
          return examples.map((_, i) => {
            const out = at + 4 * (examples.length * stride + i * most);
            kernel(startOf(from) * 4, at + 4 * i * stride, 4 * stride, count, out);
            return bank.floats.subarray(out / 4, out / 4 + count);
          });
        },
        end() {
          if (scratch) arena.give(scratch);
          scratch = undefined;
        },
      };
    },
    free() {
      for (const block of blocks.splice(0)) arena.give(block);
    },
  };
}

/** Which slots have one. */
export function createPresence() {
  let present = new Uint8Array(1024);
  let size = 0;
  return {
    get size() {
      return size;
    },
    has: (slot: number) => present[slot] === 1,
    add(slot: number) {
      if (slot >= present.length) {
        const grown = new Uint8Array(Math.max(slot + 1, present.length * 2));
        grown.set(present);
        present = grown;
      }
      if (present[slot] === 0) size += 1;
      present[slot] = 1;
    },
    remove(slot: number) {
      if (present[slot] === 1) size -= 1;
      if (slot < present.length) present[slot] = 0;
    },
  };
}
