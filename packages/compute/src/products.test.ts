import { expect, test } from "vitest";
import { productsOf } from "./products.ts";

test.each([
  [1, 3],
  [7, 5],
  [1_500, 2],
])("%i points of %i numbers: the products one by one", async (count, width) => {
  const values = Float32Array.from({ length: count * width }, (_, at) => Math.sin(at * at));
  const products = await productsOf({ values, count, width });
  for (let pair = 0; pair < 200; pair++) {
    const [a, b] = [(pair * 7) % count, (pair * 131) % count];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[a * width + i]! * values[b * width + i]!;
    expect(products[a * count + b]).toBeCloseTo(sum, 6);
  }
});
