import { createMemory, MAX_PAGES, PAGE_BYTES, type WasmMemory } from "@eddy/runtime/wasm";
import { instantiateKernels, type Kernels } from "./kernel.ts";

/**
 * Memory for vectors, where the kernels can reach them: a few WebAssembly memories of up to 4 GiB, cut into regions.
 *
 * 1. A region stays where it is until it is given back; regions of one size are used again.
 * 2. `bank.floats` and `bank.bytes` are replaced when the bank grows: nobody keeps it, or a view of it, over anything that can take a region.
 */
export interface Region {
  readonly bank: Bank;
  /** Its first byte; a multiple of 16. */
  readonly at: number;
  readonly bytes: number;
}

export interface Bank {
  /** The whole memory, by number of the float. */
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
  readonly kernels: Kernels;
}

export interface Arena {
  /** What is in it is whatever was there before. */
  take(floats: number): Region;
  /** With scratch space in the same memory as `near`. */
  takeNear(near: Bank, floats: number): Region;
  give(region: Region): void;
}

const BANK_BYTES = MAX_PAGES * PAGE_BYTES;
/** Kept free in each bank for those who search in it. */
const SCRATCH_BYTES = 64 * 1024 * 1024;

interface GrowingBank extends Bank {
  floats: Float32Array;
  bytes: Uint8Array;
  used: number;
  readonly memory: WasmMemory;
  readonly unused: Map<number, Region[]>;
}

export function createArena(): Arena {
  const banks: GrowingBank[] = [];

  function openBank(): GrowingBank {
    const memory = createMemory();
    const bank: GrowingBank = {
      memory,
      floats: new Float32Array(memory.buffer),
      bytes: new Uint8Array(memory.buffer),
      kernels: instantiateKernels(memory),
      used: 0,
      unused: new Map(),
    };
    banks.push(bank);
    return bank;
  }

  function takeFrom(bank: GrowingBank, bytes: number, limit: number): Region | undefined {
    const again = bank.unused.get(bytes)?.pop();
    if (again) return again;
    if (bank.used + bytes > limit) return undefined;
    const at = bank.used;
    bank.used += bytes;
    const missing = Math.ceil((bank.used - bank.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) {
      bank.memory.grow(missing);
      bank.floats = new Float32Array(bank.memory.buffer);
      bank.bytes = new Uint8Array(bank.memory.buffer);
    }
    return { bank, at, bytes };
  }

  const rounded = (floats: number) => Math.ceil(floats / 4) * 16;

  function take(floats: number): Region {
    const bytes = rounded(floats);
    for (const bank of banks) {
      const region = takeFrom(bank, bytes, BANK_BYTES - SCRATCH_BYTES);
      if (region) return region;
    }
    const region = takeFrom(openBank(), bytes, BANK_BYTES - SCRATCH_BYTES);
    if (!region) throw new Error(`no room for ${bytes} bytes of vectors`);
    return region;
  }

  return {
    take,
    takeNear(near, floats) {
      const region = takeFrom(near as GrowingBank, rounded(floats), BANK_BYTES);
      if (!region) throw new Error("no room to search in");
      return region;
    },
    give(region) {
      const { unused } = region.bank as GrowingBank;
      const same = unused.get(region.bytes);
      if (same) same.push(region);
      else unused.set(region.bytes, [region]);
    },
  };
}
