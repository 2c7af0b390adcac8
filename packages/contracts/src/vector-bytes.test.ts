import { expect, test } from "vitest";
import { decodeDoubles, decodeFloats, encodeFloats } from "./vector-bytes.ts";

test.each([0, 1, 2, 3, 5])("vectors come back bit for bit from a Buffer at offset %i", (offset) => {
  const floats = Float32Array.of(1.5, -0, 3.4e38, 1e-45);
  const doubles = Float64Array.of(Math.PI, -0, 5e-324);
  const at = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
  expect(decodeFloats(at(encodeFloats(floats)))).toEqual(floats);
  expect(decodeDoubles(at(encodeFloats(doubles)))).toEqual(doubles);
});

test("bytes that are no whole numbers of values are refused", () => {
  expect(() => decodeFloats(new Uint8Array(5))).toThrow(RangeError);
  expect(() => decodeDoubles(new Uint8Array(4))).toThrow(RangeError);
});
