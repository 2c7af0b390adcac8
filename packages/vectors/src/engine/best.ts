/** The first `limit` of all that is offered, by `compare`; a binary heap with the worst on top. */
export interface Best<T> {
  offer(item: T): void;
  /** The worst of those kept once there are `limit`; what is not before it need not be offered. */
  readonly worst: T | undefined;
  sorted(): T[];
}

export function createBest<T>(limit: number, compare: (a: T, b: T) => number): Best<T> {
  const heap: T[] = [];

  function up(at: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compare(heap[at]!, heap[parent]!) <= 0) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  function down(at: number): void {
    for (;;) {
      let last = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && compare(heap[child]!, heap[last]!) > 0) last = child;
      }
      if (last === at) return;
      [heap[at], heap[last]] = [heap[last]!, heap[at]!];
      at = last;
    }
  }

  return {
    get worst() {
      return heap.length < limit ? undefined : heap[0];
    },
    offer(item) {
      if (heap.length < limit) {
        heap.push(item);
        up(heap.length - 1);
      } else if (limit > 0 && compare(item, heap[0]!) < 0) {
        heap[0] = item;
        down(0);
      }
    },
    sorted: () => [...heap].sort(compare),
  };
}
