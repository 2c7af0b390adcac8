import { Worker } from "node:worker_threads";
import type { Points } from "@eddy/compute/neighbour-search";
import { FatalError } from "@eddy/contracts/errors";
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { LayoutOptions } from "./layout.ts";
import type { LayoutAnswer, LayoutTask } from "./layout-thread.ts";

/** Layouts made in a thread of their own: a fit takes seconds, and the API goes on answering. */
export interface LayoutMaker {
  /** From then on, points are placed into this one. */
  fit(points: Points, options: LayoutOptions): Promise<LayoutAnswer>;
  /** @returns count × 2 */
  place(points: Points): Promise<Float32Array>;
  close(): Promise<void>;
}

/** The thread starts with the first task. */
export function createLayoutMaker(): LayoutMaker {
  let thread: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, Deferred<LayoutAnswer>>();

  function drop(error: Error): void {
    for (const task of waiting.values()) task.reject(error);
    waiting.clear();
    thread = undefined;
  }

  function start(): Worker {
    // The compiled file, also where this one runs from its TypeScript source (tests); without the flags that lead there.
    const worker = new Worker(new URL("../../dist/map/layout-thread.js", import.meta.url), { execArgv: [] });
    worker.on("message", ({ id, answer, error }: { id: number; answer?: LayoutAnswer; error?: string }) => {
      const task = waiting.get(id);
      waiting.delete(id);
      if (answer) task?.resolve(answer);
      else task?.reject(new FatalError("INTERNAL", `the map could not be made: ${error}`));
    });
    worker.on("error", drop);
    worker.on("exit", () => drop(new FatalError("INTERNAL", "the map's thread has ended")));
    worker.unref();
    return worker;
  }

  function run(task: LayoutTask): Promise<LayoutAnswer> {
    thread ??= start();
    const id = nextId++;
    const done = createDeferred<LayoutAnswer>();
    waiting.set(id, done);
    thread.postMessage({ id, task });
    return done.promise;
  }

  return {
    fit: (points, options) => run({ kind: "fit", points, options }),
    place: async (points) => (await run({ kind: "place", points })).places,
    async close() {
      const ending = thread;
      thread = undefined;
      await ending?.terminate();
    },
  };
}
