import { encodeGraph } from "./graph.ts";
import { createGraphSession } from "./graph-session.ts";
import type { Points } from "./neighbour-search.ts";

/** Rows of the result that are computed at once. */
const CHUNK = 1_024;

/**
 * The inner products of all points with all (Gram matrix), in f32.
 * @returns count × count
 */
export async function productsOf({ values, count, width }: Points): Promise<Float32Array> {
  const session = await createGraphSession(
    encodeGraph({
      name: "products",
      inputs: [
        { name: "rows", type: "float32", shape: ["m", width] },
        { name: "points", type: "float32", shape: ["n", width] },
      ],
      outputs: [{ name: "products", type: "float32", shape: ["m", "n"] }],
      nodes: [{ op: "Gemm", inputs: ["rows", "points"], outputs: ["products"], attributes: { transB: 1 } }],
    }),
  );
  const products = new Float32Array(count * count);
  try {
    for (let first = 0; first < count; first += CHUNK) {
      const last = Math.min(count, first + CHUNK);
      const found = await session.run({
        rows: { data: values.subarray(first * width, last * width), dims: [last - first, width] },
        points: { data: values, dims: [count, width] },
      });
      products.set(found.products!.data as Float32Array, first * count);
    }
  } finally {
    await session.close();
  }
  return products;
}
