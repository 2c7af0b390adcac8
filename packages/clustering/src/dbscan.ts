import type { Points } from "./k-means.ts";
import { createKdTree, farthestOfBox, type KdTree, nearestOfBox, squaredDistance } from "./kd-tree.ts";

export interface DbscanOptions {
  /** How near two points are neighbours, this distance included. Euclidean. */
  readonly eps: number;
  /** A point with so many neighbours, itself counted, is a core of its cluster. */
  readonly minSamples: number;
}

export interface DensityClusters {
  /** Per point its cluster, from 0 in order of their first core point; −1 = noise. */
  readonly clusters: Int32Array;
  /** Clusters found. */
  readonly count: number;
  /** Points in none. */
  readonly noise: number;
}

/**
 * DBSCAN for points of few dimensions: cores that are neighbours share a cluster, a core's other neighbours join it (where
 * several clusters reach one, that with the lowest number), the rest is noise. The same labels as scikit-learn's.
 *
 * No list of neighbours is made: cores are counted only as far as `minSamples`, and joined by union-find over the nodes of a
 * k-d tree, where a node that is one component already is passed over whole. So an `eps` that covers everything takes no
 * more memory, and less time.
 *
 * Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters", KDD 1996.
 */
export function dbscan(points: Points, { eps, minSamples }: DbscanOptions): DensityClusters {
  if (points.count === 0) return { clusters: new Int32Array(0), count: 0, noise: 0 };
  const tree = createKdTree(points);
  const reach = eps * eps;
  const cores = findCores(tree, reach, minSamples);
  const components = joinCores(tree, reach, cores);
  const { clusters, count } = numbered(tree, cores, components);
  for (let place = 0; place < points.count; place++) {
    if (!cores.at[place]) clusters[tree.rows[place]!] = lowestNear(tree, reach, { place, cores, clusters });
  }
  return { clusters, count, noise: clusters.reduce((sum, cluster) => sum + (cluster < 0 ? 1 : 0), 0) };
}

interface Cores {
  /** Per place in the tree's order: 1 = core. */
  readonly at: Uint8Array;
  /** Cores of each node. */
  readonly of: Int32Array;
}

function findCores(tree: KdTree, reach: number, minSamples: number): Cores {
  const at = new Uint8Array(tree.rows.length);
  for (let place = 0; place < at.length; place++) {
    let near = 0;
    const nodes = [0];
    while (nodes.length > 0 && near < minSamples) {
      const node = nodes.pop()!;
      if (nearestOfBox(tree, place, node) > reach) continue;
      const [start, end] = [tree.starts[node]!, tree.ends[node]!];
      if (farthestOfBox(tree, place, node) <= reach) near += end - start;
      else if (node < tree.firstLeaf) nodes.push(2 * node + 1, 2 * node + 2);
      else for (let other = start; other < end; other++) if (squaredDistance(tree, place, other) <= reach) near++;
    }
    at[place] = near >= minSamples ? 1 : 0;
  }
  const of = new Int32Array(tree.nodes);
  for (let node = 0; node < tree.nodes; node++) {
    for (let place = tree.starts[node]!; place < tree.ends[node]!; place++) of[node] = of[node]! + at[place]!;
  }
  return { at, of };
}

/** Finds for each core's place the place that stands for its component. */
function joinCores(tree: KdTree, reach: number, cores: Cores): (place: number) => number {
  const parents = Int32Array.from({ length: tree.rows.length }, (_, place) => place);
  // A core of each node whose cores are known to be of one component; −1 = not known.
  const whole = new Int32Array(tree.nodes).fill(-1);

  function find(place: number): number {
    while (parents[place] !== place) {
      parents[place] = parents[parents[place]!]!;
      place = parents[place]!;
    }
    return place;
  }

  /** Joins `place` with the cores of a node that are near it (all of them, where `inside`). */
  function joinPlaces(place: number, node: number, inside: boolean) {
    let all = true;
    for (let other = tree.starts[node]!; other < tree.ends[node]!; other++) {
      if (!cores.at[other]) continue;
      const root = find(other);
      const own = find(place);
      if (root === own) continue;
      if (inside || squaredDistance(tree, place, other) <= reach) parents[root] = own;
      else all = false;
    }
    if (all) whole[node] = place;
  }

  for (let place = 0; place < cores.at.length; place++) {
    if (!cores.at[place]) continue;
    const nodes = [0];
    while (nodes.length > 0) {
      const node = nodes.pop()!;
      // Pairs are met from their first place.
      if (cores.of[node] === 0 || tree.ends[node]! <= place) continue;
      if (whole[node]! >= 0 && find(whole[node]!) === find(place)) continue;
      if (nearestOfBox(tree, place, node) > reach) continue;
      const inside = farthestOfBox(tree, place, node) <= reach;
      if (inside || node >= tree.firstLeaf) {
        joinPlaces(place, node, inside);
        continue;
      }
      const [left, right] = [2 * node + 1, 2 * node + 2];
      if (whole[left]! >= 0 && whole[right]! >= 0 && find(whole[left]!) === find(whole[right]!))
        whole[node] = whole[left]!;
      nodes.push(right, left);
    }
  }
  return find;
}

/** Numbers the components in order of their first core's row. */
function numbered(tree: KdTree, cores: Cores, component: (place: number) => number) {
  const clusters = new Int32Array(tree.rows.length).fill(-1);
  const places = new Int32Array(tree.rows.length);
  for (let place = 0; place < places.length; place++) places[tree.rows[place]!] = place;
  const numbers = new Map<number, number>();
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!;
    if (!cores.at[place]) continue;
    const root = component(place);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    clusters[row] = number;
  }
  return { clusters, count: numbers.size };
}

/** The lowest cluster that has a core near a place; −1 where there is none. */
function lowestNear(
  tree: KdTree,
  reach: number,
  { place, cores, clusters }: { readonly place: number; readonly cores: Cores; readonly clusters: Int32Array },
): number {
  let lowest = -1;
  const nodes = [0];
  while (nodes.length > 0) {
    const node = nodes.pop()!;
    if (cores.of[node] === 0 || nearestOfBox(tree, place, node) > reach) continue;
    if (node < tree.firstLeaf) {
      nodes.push(2 * node + 1, 2 * node + 2);
      continue;
    }
    for (let other = tree.starts[node]!; other < tree.ends[node]!; other++) {
      if (!cores.at[other] || squaredDistance(tree, place, other) > reach) continue;
      const cluster = clusters[tree.rows[other]!]!;
      if (lowest < 0 || cluster < lowest) lowest = cluster;
    }
  }
  return lowest;
}
