import type { Distance } from "../protocol.ts";

/**
 * Distances by 128-bit SIMD, as one WebAssembly module made here, over a memory that the caller brings (arena.ts).
 * A row is compared in f32, sixteen values a step; rows and query are padded with zeros to a multiple of four, which changes no distance.
 */
export type Kernel = (rows: number, query: number, rowBytes: number, count: number, out: number) => void;
export type Kernels = Readonly<Record<Distance, Kernel>>;

/** +1 where a greater score is nearer, −1 where a smaller one is. */
export const nearerOf: Readonly<Record<Distance, 1 | -1>> = { Cosine: 1, Dot: 1, Euclid: -1, Manhattan: -1 };

export interface Memory {
  /** Another one once it has grown. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of it: Node's types are without it. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, Kernel>> };
};

export const createMemory = () => new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });

let compiled: object | undefined;

/** The kernels over `memory`: addresses and lengths are in bytes, aligned to 16. */
export function instantiateKernels(memory: Memory): Kernels {
  compiled ??= new WebAssembly.Module(assemble());
  const { dot, euclid, manhattan } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
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

// The module, in WebAssembly's binary format (webassembly.github.io/spec/core/binary): bytes by the names of its text format.
const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY = 0x40;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32Const = (value: number) => [0x41, value];
const ADD = [0x6a];
const SUB = [0x6b];
const EQZ = [0x45];
const GT = [0x4b];
const GE = [0x4f];
const block = (...body: number[][]) => [0x02, EMPTY, ...body.flat(), 0x0b];
const loop = (...body: number[][]) => [0x03, EMPTY, ...body.flat(), 0x0b];
const br = (depth: number) => [0x0c, depth];
const brIf = (depth: number) => [0x0d, depth];
const load = (offset: number) => [0xfd, 0x00, 4, offset];
const ZERO = [0xfd, 0x0c, ...Array<number>(16).fill(0)];
const lane = (index: number) => [0xfd, 0x1f, index];
const ABS4 = [0xfd, 0xe0, 0x01];
const ADD4 = [0xfd, 0xe4, 0x01];
const SUB4 = [0xfd, 0xe5, 0x01];
const MUL4 = [0xfd, 0xe6, 0x01];
const F32_ADD = [0x92];
const F32_SQRT = [0x91];
const F32_STORE = [0x38, 2, 0];

// parameters, then locals: places in the row and the query, the row's end, four sums, a difference
const [ROWS, QUERY, BYTES, COUNT, OUT, AT, Q, END, A, B, C, D, T] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

/** What four values of each side add to a sum. */
const TERMS = {
  dot: [MUL4],
  euclid: [SUB4, tee(T), get(T), MUL4],
  manhattan: [SUB4, ABS4],
};

function kernel(term: readonly number[][], root: boolean): number[] {
  const step = (sum: number, offset: number) =>
    [get(sum), get(AT), load(offset), get(Q), load(offset), ...term, ADD4, set(sum)].flat();
  const forward = (bytes: number) =>
    [get(AT), i32Const(bytes), ADD, set(AT), get(Q), i32Const(bytes), ADD, set(Q)].flat();
  const sixtyFour = [0x41, 0xc0, 0x00];
  const body = [
    block(
      loop(
        [get(COUNT), EQZ, brIf(1)].flat(),
        [get(ROWS), tee(AT), get(BYTES), ADD, set(END), get(QUERY), set(Q)].flat(),
        [A, B, C, D].flatMap((sum) => [...ZERO, ...set(sum)]),
        block(
          loop(
            [get(AT), sixtyFour, ADD, get(END), GT, brIf(1)].flat(),
            [...step(A, 0), ...step(B, 16), ...step(C, 32), ...step(D, 48)],
            [get(AT), sixtyFour, ADD, set(AT), get(Q), sixtyFour, ADD, set(Q)].flat(),
            br(0),
          ),
        ),
        block(loop([get(AT), get(END), GE, brIf(1)].flat(), step(A, 0), forward(16), br(0))),
        [get(A), get(B), ADD4, get(C), get(D), ADD4, ADD4, set(A)].flat(),
        get(OUT),
        [get(A), lane(0), get(A), lane(1), F32_ADD, get(A), lane(2), F32_ADD, get(A), lane(3), F32_ADD].flat(),
        root ? F32_SQRT : [],
        F32_STORE,
        [get(AT), set(ROWS), get(OUT), i32Const(4), ADD, set(OUT), get(COUNT), i32Const(1), SUB, set(COUNT)].flat(),
        br(0),
      ),
    ),
    [0x0b],
  ].flat();
  const locals = [2, 3, I32, 5, V128];
  return sized([...locals, ...body]);
}

function assemble(): Uint8Array {
  const text = (name: string) => [name.length, ...Buffer.from(name)];
  const section = (id: number, content: number[]) => [id, ...sized(content)];
  const names = Object.keys(TERMS) as (keyof typeof TERMS)[];
  const memory = [0x02, 0x01, 1, ...leb128(MAX_PAGES)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...text("env"), ...text("memory"), ...memory]),
    ...section(3, [names.length, ...names.map(() => 0)]),
    ...section(7, [names.length, ...names.flatMap((name, i) => [...text(name), 0x00, i])]),
    ...section(10, [names.length, ...names.flatMap((name) => kernel(TERMS[name], name === "euclid"))]),
  ]);
}

/** Of 64 KiB. One less than there can be, so that no address runs over. */
export const MAX_PAGES = 65_535;

const sized = (content: number[]) => [...leb128(content.length), ...content];

function leb128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb128(value >>> 7)];
}
