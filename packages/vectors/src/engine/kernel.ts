import {
  block,
  br,
  brIf,
  compile,
  f32,
  f32x4,
  get,
  I32,
  i32,
  loop,
  set,
  tee,
  V128,
  v128,
  type WasmFunction,
  type WasmMemory,
} from "@eddy/runtime/wasm";
import type { Distance } from "../protocol.ts";

/**
 * Distances by 128-bit SIMD, as one WebAssembly module made here, over a memory that the caller brings (arena.ts).
 * A row is compared in f32, sixteen values a step; rows and query are padded with zeros to a multiple of four, which changes no distance.
 */
export type Kernel = (rows: number, query: number, rowBytes: number, count: number, out: number) => void;
export type Kernels = Readonly<Record<Distance, Kernel>>;

/** +1 where a greater score is nearer, −1 where a smaller one is. */
export const nearerOf: Readonly<Record<Distance, 1 | -1>> = { Cosine: 1, Dot: 1, Euclid: -1, Manhattan: -1 };

let link: ((memory: WasmMemory) => Readonly<Record<string, WasmFunction>>) | undefined;

/** The kernels over `memory`: addresses and lengths are in bytes, aligned to 16. */
export function instantiateKernels(memory: WasmMemory): Kernels {
  link ??= compile(
    Object.entries(TERMS).map(([name, term]) => ({
      name,
      parameters: [I32, I32, I32, I32, I32],
      results: [],
      locals: [
        [3, I32],
        [5, V128],
      ],
      body: kernel(term, name === "euclid"),
    })),
  );
  const { dot, euclid, manhattan } = link(memory);
  return { Cosine: dot!, Dot: dot!, Euclid: euclid!, Manhattan: manhattan! };
}

/**
 * A vector of no length, or of length 1 to within 1e-6, is given back as it is (so that a unit vector reads back bit for bit). Short
 * vectors are summed in f32, one value after the other, as Qdrant does it without SIMD: then even the last digit is the same.
 */
export function normalise(vector: Float32Array): Float32Array {
  const width = vector.length;
  let squares = 0;
  if (width < 16) for (const value of vector) squares = Math.fround(squares + Math.fround(value * value));
  // by index: each vector that is written comes here
  else for (let i = 0; i < width; i += 1) squares += vector[i]! * vector[i]!;
  squares = Math.fround(squares);
  if (squares < 1.1920929e-7 || Math.abs(squares - 1) <= 1e-6) return vector;
  const length = Math.fround(Math.sqrt(squares));
  const unit = new Float32Array(width);
  for (let i = 0; i < width; i += 1) unit[i] = vector[i]! / length;
  return unit;
}

// parameters, then locals: places in the row and the query, the row's end, four sums, a difference
const [ROWS, QUERY, BYTES, COUNT, OUT, AT, Q, END, A, B, C, D, T] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

/** What four values of each side add to a sum. */
const TERMS = {
  dot: [f32x4.mul],
  euclid: [f32x4.sub, tee(T), get(T), f32x4.mul],
  manhattan: [f32x4.sub, f32x4.abs],
};

function kernel(term: readonly number[][], root: boolean): number[] {
  const step = (sum: number, offset: number) =>
    [get(sum), get(AT), v128.load(offset), get(Q), v128.load(offset), ...term, f32x4.add, set(sum)].flat();
  const forward = (bytes: number[]) => [get(AT), bytes, i32.add, set(AT), get(Q), bytes, i32.add, set(Q)].flat();
  return [
    block(
      loop(
        [get(COUNT), i32.eqz, brIf(1)].flat(),
        [get(ROWS), tee(AT), get(BYTES), i32.add, set(END), get(QUERY), set(Q)].flat(),
        [A, B, C, D].flatMap((sum) => [...v128.zero, ...set(sum)]),
        block(
          loop(
            [get(AT), i32.const64, i32.add, get(END), i32.gtU, brIf(1)].flat(),
            [...step(A, 0), ...step(B, 16), ...step(C, 32), ...step(D, 48)],
            forward(i32.const64),
            br(0),
          ),
        ),
        block(loop([get(AT), get(END), i32.geU, brIf(1)].flat(), step(A, 0), forward(i32.const(16)), br(0))),
        [get(A), get(B), f32x4.add, get(C), get(D), f32x4.add, f32x4.add, set(A)].flat(),
        get(OUT),
        [get(A), f32x4.lane(0)].flat(),
        [1, 2, 3].flatMap((lane) => [...get(A), ...f32x4.lane(lane), ...f32.add]),
        root ? f32.sqrt : [],
        f32.store,
        [
          get(AT),
          set(ROWS),
          get(OUT),
          i32.const(4),
          i32.add,
          set(OUT),
          get(COUNT),
          i32.const(1),
          i32.sub,
          set(COUNT),
        ].flat(),
        br(0),
      ),
    ),
  ].flat();
}
