// What the benches of maps share: the points, times, trustworthiness, and the same map by a Python peer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedSample, takeRows } from "@eddy/quality/sample";
import { trustworthiness } from "@eddy/quality/trustworthiness";
import { createRandom } from "@eddy/runtime/random";
import { openPeer } from "./peers/open-peer.mjs";

const SAMPLED = 5_000;

/** A seeded mixture of 12 Gaussians, each with its own centre and its own axes. */
export function mixture(count, width = 10) {
  const random = createRandom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const normals = (length, scale) => Float64Array.from({ length }, () => normal() * scale);
  const groups = Array.from({ length: 12 }, () => [normals(width, 1.2), normals(width * width, Math.sqrt(1 / width))]);
  const values = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const [centre, axes] = random.pick(groups);
    const point = normals(width, 1);
    for (let i = 0; i < width; i++) {
      values[row * width + i] = centre[i] + point.reduce((sum, x, j) => sum + x * axes[i * width + j], 0);
    }
  }
  return { values, count, width };
}

/** What `make` gives, with its seconds by the clock and of the processor (all threads). */
export async function timed(make) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const made = await make();
  const used = process.cpuUsage(cpu);
  return { ...made, wall: (performance.now() - wall) / 1_000, cpu: (used.user + used.system) / 1e6 };
}

/** On a fixed sample of 5,000. */
export function trustOf(points, { values, width }, neighbours) {
  const sample = fixedSample(points.count, SAMPLED);
  const truth = { points: takeRows(points.values, points.width, sample), width: points.width };
  return trustworthiness(truth, { points: takeRows(values, width, sample), width }, neighbours);
}

/** A peer that makes maps: `map(method, points, width, options)` gives {values, width, wall, cpu, version, …}. */
export async function openMapPeer(python) {
  const peer = await openPeer("maps.py", { python });
  const folder = mkdtempSync(join(tmpdir(), "eddy-maps-"));
  const [from, to] = [join(folder, "points.f32"), join(folder, "map.f32")];
  return {
    async map(method, points, width, options) {
      writeFileSync(from, points.values);
      const answer = await peer.ask({ method, points: from, width: points.width, map: to, components: width, options });
      return { ...answer, values: new Float32Array(new Uint8Array(readFileSync(to)).buffer), width };
    },
    close() {
      peer.close();
      rmSync(folder, { recursive: true });
    },
  };
}
