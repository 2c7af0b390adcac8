import type { Graph } from "./neighbour-graph.ts";

/**
 * Dijkstra's shortest paths from one point to all, with a binary heap that knows where each point stands in it.
 * @returns fills `distances` (count), Infinity for what can't be reached; one call at a time
 */
export function createShortestPaths({
  starts,
  others,
  lengths,
}: Graph): (source: number, distances: Float64Array) => void {
  const count = starts.length - 1;
  const heap = new Int32Array(count);
  const placeOf = new Int32Array(count);

  return (source, distances) => {
    distances.fill(Number.POSITIVE_INFINITY);
    placeOf.fill(-1);
    distances[source] = 0;
    heap[0] = source;
    let size = 1;

    const rise = (point: number, from: number) => {
      const distance = distances[point]!;
      let place = from;
      while (place > 0) {
        const above = (place - 1) >> 1;
        const other = heap[above]!;
        if (distances[other]! <= distance) break;
        heap[place] = other;
        placeOf[other] = place;
        place = above;
      }
      heap[place] = point;
      placeOf[point] = place;
    };

    const sink = (point: number) => {
      const distance = distances[point]!;
      let place = 0;
      for (let below = 1; below < size; below = 2 * place + 1) {
        if (below + 1 < size && distances[heap[below + 1]!]! < distances[heap[below]!]!) below++;
        const other = heap[below]!;
        if (distances[other]! >= distance) break;
        heap[place] = other;
        placeOf[other] = place;
        place = below;
      }
      heap[place] = point;
      placeOf[point] = place;
    };

    while (size > 0) {
      const point: number = heap[0]!;
      const distance = distances[point]!;
      const last = heap[--size]!;
      if (size > 0) sink(last);
      for (let e: number = starts[point]!, end: number = starts[point + 1]!; e < end; e++) {
        const other = others[e]!;
        const over = distance + lengths[e]!;
        if (over >= distances[other]!) continue;
        distances[other] = over;
        rise(other, placeOf[other]! < 0 ? size++ : placeOf[other]!);
      }
    }
  };
}
