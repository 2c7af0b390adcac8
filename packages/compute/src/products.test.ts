import { createRandom } from "@eddy/runtime/random";
import { expect, test } from "vitest";
import { productsOf } from "./products.ts";

test.each([
  [1, 3],
  [7, 5],
  [1_500, 2],
])("%i points of %i numbers: the products one by one", async (count, width) => {
  const { next } = createRandom(count);
  const values = Float32Array.from({ length: count * width }, () => next() - 0.5);
  const products = await productsOf({ values, count, width });
  for (let check = 0; check < 200; check++) {
    const [a, b] = [Math.floor(next() * count), Math.floor(next() * count)];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[a * width + i]! * values[b * width + i]!;
    expect(products[a * count + b]).toBeCloseTo(sum, 6);
  }
});
