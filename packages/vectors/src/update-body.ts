import { MOST_DIGITS, writeF32 } from "./f32.ts";
import type { PointInput, UpdateOperation, VectorInput } from "./protocol.ts";

/**
 * The JSON of `{operations}`, as bytes. Vectors of f32 are written digit by digit, each number the shortest that reads back the same:
 * JSON.stringify, which looks for the digits of doubles, took four to five times as long for them, and half of a client's time.
 */
export function updateBody(operations: readonly UpdateOperation[]): Buffer<ArrayBuffer> {
  const bytes = growingBytes(expectedBytes(operations));
  const list = <T>(items: readonly T[], write: (item: T) => void) => {
    bytes.text("[");
    for (const [index, item] of items.entries()) {
      if (index > 0) bytes.text(",");
      write(item);
    }
    bytes.text("]");
  };
  const vector = (input: VectorInput) =>
    input instanceof Float32Array ? bytes.vector(input) : bytes.text(JSON.stringify(input));
  const point = ({ id, vector: input, payload }: PointInput) => {
    bytes.text(`{"id":${typeof id === "bigint" ? id : JSON.stringify(id)},"vector":`);
    vector(input);
    bytes.text(payload === undefined ? "}" : `,"payload":${JSON.stringify(payload)}}`);
  };
  bytes.text(`{"operations":`);
  list(operations, (operation) => {
    if (!("upsert" in operation) || !operation.upsert.points) return bytes.text(JSON.stringify(operation));
    const { points, ...options } = operation.upsert;
    bytes.text(`{"upsert":{"points":`);
    list(points, point);
    for (const [name, value] of Object.entries(options))
      if (value !== undefined) bytes.text(`,${JSON.stringify(name)}:${JSON.stringify(value)}`);
    bytes.text("}}");
  });
  bytes.text("}");
  return bytes.taken();
}

/** Enough for numbers of ten digits and texts of a kilobyte. */
function expectedBytes(operations: readonly UpdateOperation[]): number {
  let bytes = 1_024;
  for (const operation of operations) {
    const points = "upsert" in operation ? operation.upsert.points : undefined;
    bytes += 1_024 * (points?.length ?? 1);
    for (const { vector } of points ?? []) if (vector instanceof Float32Array) bytes += 14 * vector.length;
  }
  return bytes;
}

function growingBytes(expected: number) {
  let bytes = Buffer.allocUnsafe(expected);
  let at = 0;
  const reserve = (more: number) => {
    if (at + more <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, at + more));
    bytes.copy(larger, 0, 0, at);
    bytes = larger;
  };
  return {
    text(part: string) {
      reserve(3 * part.length);
      at += bytes.write(part, at);
    },
    vector(vector: Float32Array) {
      reserve((MOST_DIGITS + 1) * vector.length + 2);
      bytes[at++] = OPEN;
      for (let i = 0; i < vector.length; i++) {
        if (i > 0) bytes[at++] = COMMA;
        at = writeF32(bytes, at, vector[i]!);
      }
      bytes[at++] = CLOSE;
    },
    taken: () => bytes.subarray(0, at),
  };
}

const [OPEN, CLOSE, COMMA] = [0x5b, 0x5d, 0x2c];
