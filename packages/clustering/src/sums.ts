import {
  block,
  brIf,
  compile,
  createMemory,
  F64,
  f64,
  f64x2,
  get,
  I32,
  i32,
  loop,
  PAGE_BYTES,
  set,
  tee,
  V128,
  v128,
  type WasmMemory,
} from "@eddy/runtime/wasm";

/** Sums of vectors by cluster, in f64; vectors of one width. The next ones that are begun take their memory. */
export interface Sums {
  /** Adds `share` × `vector` to the sum of `row`, and gives `share` × ‖vector‖². Rows are begun in order, from 0. */
  add(row: number, vector: Float32Array, share: number): number;
  /** By `divisor`, rounded to f32, once. */
  of(row: number, divisor?: number): Float32Array;
}

type Add = (vector: number, end: number, sum: number, share: number) => number;

/** Where the vector lies that is being added; the sums follow it. */
const VECTOR = 0;
let memory: WasmMemory | undefined;
let addUp: Add;
let floats = new Float32Array();
let doubles = new Float64Array();

function reach(bytes: number): void {
  if (!memory) {
    memory = createMemory();
    addUp = compile([{ name: "add", parameters: [I32, I32, I32, F64], results: [F64], locals: LOCALS, body: BODY }])(
      memory,
    ).add!;
  }
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  // twice what is there, so that growing is seldom
  if (missing > 0) memory.grow(Math.max(missing, memory.buffer.byteLength / PAGE_BYTES));
  if (floats.buffer === memory.buffer) return;
  floats = new Float32Array(memory.buffer);
  doubles = new Float64Array(memory.buffer);
}

/** Two lanes at a time, by WebAssembly: a third of what a loop here takes. */
export function beginSums(width: number): Sums {
  // Vector and sums are padded with zeros to a multiple of four numbers, which changes none.
  const stride = Math.ceil(width / 4) * 4;
  const first = VECTOR + 4 * stride;
  const place = (row: number) => first + 8 * stride * row;
  let rows = 0;
  reach(place(1));
  floats.fill(0, VECTOR, stride);
  return {
    add(row, vector, share) {
      if (row === rows) {
        rows += 1;
        reach(place(rows));
        doubles.fill(0, place(row) / 8, place(rows) / 8);
      }
      floats.set(vector, VECTOR / 4);
      return addUp(VECTOR, first, place(row), share);
    },
    of(row, divisor = 1) {
      const from = place(row) / 8;
      const sum = new Float32Array(width);
      for (let i = 0; i < width; i++) sum[i] = doubles[from + i]! / divisor;
      return sum;
    },
  };
}

// parameters, then locals: the share in both lanes, two values and two sums of squares
const [AT, END, SUM, SHARE, SHARES, PAIR, A, B] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const LOCALS = [[4, V128]] as const;

const BODY = [
  [get(SHARE), f64x2.splat, set(SHARES)].flat(),
  block(
    loop(
      [get(AT), get(END), i32.geU, brIf(1)].flat(),
      [
        [A, 0],
        [B, 1],
      ].flatMap(([squares, pair]) =>
        [
          [get(AT), v128.load64Zero(8 * pair!), f64x2.promoteLow, set(PAIR)],
          [
            get(SUM),
            get(SUM),
            v128.load(16 * pair!),
            get(PAIR),
            get(SHARES),
            f64x2.mul,
            f64x2.add,
            v128.store(16 * pair!),
          ],
          [get(squares!), get(PAIR), get(PAIR), f64x2.mul, f64x2.add, set(squares!)],
        ].flat(2),
      ),
      [get(SUM), i32.const(32), i32.add, set(SUM)].flat(),
      [get(AT), i32.const(16), i32.add, tee(AT), get(END), i32.ltU, brIf(0)].flat(),
    ),
  ),
  [get(A), get(B), f64x2.add, tee(A), f64x2.lane(0), get(A), f64x2.lane(1), f64.add, get(SHARE), f64.mul].flat(),
].flat();
