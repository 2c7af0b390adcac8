/**
 * Small WebAssembly modules, made here: the bytes of the binary format (webassembly.github.io/spec/core/binary) by the names of its text format.
 * Constants are of 0 to 63, offsets and indices of locals below 128: each is one byte.
 */
export interface WasmMemory {
  /** Another one once it has grown. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export type WasmFunction = (...parameters: number[]) => number;

/** What is used of it: Node's types are without it. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, WasmFunction>> };
};

export const PAGE_BYTES = 65_536;
/** One less than there can be, so that no address runs over. */
export const MAX_PAGES = 65_535;

export const createMemory = (): WasmMemory => new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });

export interface FunctionSpec {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** After the parameters: how many of which type. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: readonly number[];
}

/** Functions over a memory that is brought; to be instantiated as often as there are memories. */
export function compile(
  functions: readonly FunctionSpec[],
): (memory: WasmMemory) => Readonly<Record<string, WasmFunction>> {
  const module = new WebAssembly.Module(assemble(functions));
  return (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports;
}

function assemble(functions: readonly FunctionSpec[]): Uint8Array {
  const text = (name: string) => [name.length, ...Buffer.from(name)];
  const section = (id: number, content: readonly number[]) => [id, ...sized(content)];
  const memory = [0x02, 0x01, 1, ...leb128(MAX_PAGES)];
  const types = functions.flatMap(({ parameters, results }) => [
    ...[0x60, parameters.length, ...parameters],
    ...[results.length, ...results],
  ]);
  const codes = functions.flatMap(({ locals, body }) => sized([locals.length, ...locals.flat(), ...body, 0x0b]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [functions.length, ...types]),
    ...section(2, [1, ...text("env"), ...text("memory"), ...memory]),
    ...section(3, [functions.length, ...functions.map((_, i) => i)]),
    ...section(7, [functions.length, ...functions.flatMap(({ name }, i) => [...text(name), 0x00, i])]),
    ...section(10, [functions.length, ...codes]),
  ]);
}

const sized = (content: readonly number[]) => [...leb128(content.length), ...content];

function leb128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb128(value >>> 7)];
}

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
const EMPTY = 0x40;

export const get = (local: number) => [0x20, local];
export const set = (local: number) => [0x21, local];
export const tee = (local: number) => [0x22, local];
export const block = (...body: number[][]) => [0x02, EMPTY, ...body.flat(), 0x0b];
export const loop = (...body: number[][]) => [0x03, EMPTY, ...body.flat(), 0x0b];
export const br = (depth: number) => [0x0c, depth];
export const brIf = (depth: number) => [0x0d, depth];

export const i32 = {
  const: (value: number) => [0x41, value],
  const64: [0x41, 0xc0, 0x00],
  add: [0x6a],
  sub: [0x6b],
  eqz: [0x45],
  gtU: [0x4b],
  ltU: [0x49],
  geU: [0x4f],
};
export const f32 = { add: [0x92], sqrt: [0x91], store: [0x38, 2, 0] };
export const f64 = { add: [0xa0], mul: [0xa2] };
export const v128 = {
  load: (offset: number) => [0xfd, 0x00, 4, offset],
  /** Two f32 and zeros. */
  load64Zero: (offset: number) => [0xfd, 0x5d, 3, offset],
  store: (offset: number) => [0xfd, 0x0b, 4, offset],
  zero: [0xfd, 0x0c, ...Array<number>(16).fill(0)],
};
export const f32x4 = {
  lane: (index: number) => [0xfd, 0x1f, index],
  abs: [0xfd, 0xe0, 0x01],
  add: [0xfd, 0xe4, 0x01],
  sub: [0xfd, 0xe5, 0x01],
  mul: [0xfd, 0xe6, 0x01],
};
export const f64x2 = {
  splat: [0xfd, 0x14],
  lane: (index: number) => [0xfd, 0x21, index],
  add: [0xfd, 0xf0, 0x01],
  mul: [0xfd, 0xf2, 0x01],
  /** Of the two low f32. */
  promoteLow: [0xfd, 0x5f],
};
