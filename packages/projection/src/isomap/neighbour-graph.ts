import type { Neighbours, Points } from "@eddy/compute/neighbour-search";

/** An undirected graph by its edges' lengths: those of point i are `starts[i]` … `starts[i + 1] − 1`, each from both its ends. */
export interface Graph {
  readonly starts: Int32Array;
  readonly others: Int32Array;
  readonly lengths: Float32Array;
}

type Edge = readonly [from: number, to: number, length: number];

/**
 * The graph in which two points are joined where one is among the nearest of the other. Where it falls apart, each two of its
 * components are joined by their nearest pair, as scikit-learn does it.
 * @returns `joined`: how many components there were besides the first
 */
export function neighbourGraph(points: Points, neighbours: Neighbours): { graph: Graph; joined: number } {
  const { count } = points;
  const apart = graphOf(count, neighbours, []);
  const { component, components } = componentsOf(apart);
  if (components === 1) return { graph: apart, joined: 0 };
  return { graph: graphOf(count, neighbours, bridges(points, component, components)), joined: components - 1 };
}

function graphOf(count: number, { indices, distances }: Neighbours, bridges: readonly Edge[]): Graph {
  const k = indices.length / count;
  const near = (i: number, j: number) => {
    for (let e = i * k; e < (i + 1) * k; e++) if (indices[e] === j) return true;
    return false;
  };
  const starts = new Int32Array(count + 1);
  const eachEdge = (take: (from: number, to: number, length: number) => void) => {
    for (let i = 0; i < count; i++) {
      for (let e = i * k; e < (i + 1) * k; e++) {
        const j = indices[e]!;
        take(i, j, distances[e]!);
        // Where both are near each other, j brings its own.
        if (!near(j, i)) take(j, i, distances[e]!);
      }
    }
    for (const [from, to, length] of bridges) {
      take(from, to, length);
      take(to, from, length);
    }
  };
  eachEdge((from) => {
    starts[from + 1] = starts[from + 1]! + 1;
  });
  for (let i = 0; i < count; i++) starts[i + 1] = starts[i + 1]! + starts[i]!;
  const fill = starts.slice();
  const others = new Int32Array(starts[count]!);
  const lengths = new Float32Array(starts[count]!);
  eachEdge((from, to, length) => {
    const at = fill[from]!++;
    others[at] = to;
    lengths[at] = length;
  });
  return { starts, others, lengths };
}

function componentsOf({ starts, others }: Graph) {
  const component = new Int32Array(starts.length - 1).fill(-1);
  let components = 0;
  for (let first = 0; first < component.length; first++) {
    if (component[first]! >= 0) continue;
    component[first] = components;
    for (const waiting = [first]; waiting.length > 0; ) {
      const at = waiting.pop()!;
      for (let e = starts[at]!; e < starts[at + 1]!; e++) {
        const other = others[e]!;
        if (component[other]! >= 0) continue;
        component[other] = components;
        waiting.push(other);
      }
    }
    components++;
  }
  return { component, components };
}

/** The nearest pair of each two components: all pairs of points of two components, so it may take a while where they are large. */
function bridges({ values, count, width }: Points, component: Int32Array, components: number): Edge[] {
  const members: number[][] = Array.from({ length: components }, () => []);
  for (let i = 0; i < count; i++) members[component[i]!]!.push(i);
  const nearest = (own: readonly number[], others: readonly number[]): Edge => {
    let [from, to, least] = [-1, -1, Number.POSITIVE_INFINITY];
    for (const i of own) {
      for (const j of others) {
        let sum = 0;
        for (let p = i * width, q = j * width, end = p + width; p < end && sum < least; p++, q++) {
          const difference = values[p]! - values[q]!;
          sum += difference * difference;
        }
        if (sum < least) [from, to, least] = [i, j, sum];
      }
    }
    return [from, to, Math.sqrt(least)];
  };
  return members.flatMap((own, a) => members.slice(0, a).map((others) => nearest(own, others)));
}
