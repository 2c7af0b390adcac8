// Made-up embeddings: unit vectors about a number of topics, as close to them as texts are to theirs (cosine about 0.6).
import { createRandom } from "@eddy/runtime/random";

const SPREAD = 1.3;

/** @returns a Float32Array of count × width, row by row, in a random order of topics */
export function unitMixture({ count, width, topics, seed }) {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const centres = Array.from({ length: topics }, () => Float32Array.from({ length: width }, normal));
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const centre = centres[Math.floor(random.next() * topics)];
    const vector = centre.map((value) => value + SPREAD * normal());
    const norm = Math.hypot(...vector);
    for (let i = 0; i < width; i++) values[row * width + i] = vector[i] / norm;
  }
  return values;
}
