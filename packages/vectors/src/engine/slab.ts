import type { VectorParams } from "../protocol.ts";
import { type Kernel, kernels } from "./kernel.ts";

const ROWS = 4096;

/** The vectors of one name, by slot, in blocks that are never moved: growing copies nothing. */
export interface Slab {
  readonly params: VectorParams;
  readonly nearer: 1 | -1;
  /** Slots that have a vector. */
  readonly size: number;
  has(slot: number): boolean;
  /** A copy, since a slot may be written again. */
  get(slot: number): Float32Array | undefined;
  /** The row itself, to read at once. */
  view(slot: number): Float32Array | undefined;
  set(slot: number, vector: Float32Array): void;
  clear(slot: number): void;
  score(slot: number, query: Float32Array): number;
}

export function createSlab(params: VectorParams): Slab {
  const width = params.size;
  const { score, nearer }: { score: Kernel; nearer: 1 | -1 } = kernels[params.distance];
  const blocks: Float32Array[] = [];
  let present = new Uint8Array(ROWS);
  let size = 0;
  const blockOf = (slot: number) => blocks[Math.floor(slot / ROWS)]!;
  const startOf = (slot: number) => (slot % ROWS) * width;

  return {
    params,
    nearer,
    get size() {
      return size;
    },
    has: (slot) => present[slot] === 1,
    get: (slot) => (present[slot] === 1 ? blockOf(slot).slice(startOf(slot), startOf(slot) + width) : undefined),
    view: (slot) => (present[slot] === 1 ? blockOf(slot).subarray(startOf(slot), startOf(slot) + width) : undefined),
    set(slot, vector) {
      while (blocks.length * ROWS <= slot) blocks.push(new Float32Array(ROWS * width));
      if (slot >= present.length) {
        const grown = new Uint8Array(Math.max(slot + 1, present.length * 2));
        grown.set(present);
        present = grown;
      }
      blockOf(slot).set(vector, startOf(slot));
      if (present[slot] === 0) size += 1;
      present[slot] = 1;
    },
    clear(slot) {
      if (present[slot] === 1) size -= 1;
      if (slot < present.length) present[slot] = 0;
    },
    score: (slot, query) => score(blockOf(slot), startOf(slot), query),
  };
}
