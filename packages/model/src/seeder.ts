import { Worker } from "node:worker_threads";
import type { Refitted, Seeded } from "@eddy/clustering/events";
import type { RefitRequest, SeedRequest } from "@eddy/clustering/seed";
import { FatalError } from "@eddy/contracts/errors";
import { createDeferred, type Deferred } from "@eddy/runtime/deferred";
import type { SeederTask } from "./seeder-thread.ts";

/** K-Means for seeds, in a thread of its own: it takes seconds, and the stream goes on. The thread starts with the first task. */
export interface Seeder {
  /** Asked again while it is under way, it gives the same: the partitions of one process have one sample. */
  seed(request: SeedRequest): Promise<Seeded>;
  refit(request: RefitRequest): Promise<Refitted>;
  close(): Promise<void>;
}

export function createSeeder(): Seeder {
  let thread: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, Deferred<Seeded | Refitted>>();
  let seeding: Promise<Seeded> | undefined;

  function start(): Worker {
    // The compiled file, also where this one runs from its TypeScript source (tests); without the flags that lead there.
    const worker = new Worker(new URL("../dist/seeder-thread.js", import.meta.url), { execArgv: [] });
    worker.unref();
    worker.on("message", ({ id, result, error }: { id: number; result?: Seeded | Refitted; error?: string }) => {
      const task = waiting.get(id);
      waiting.delete(id);
      if (result) task?.resolve(result);
      else task?.reject(new FatalError("INTERNAL", `seeding failed: ${error}`));
    });
    worker.on("error", (error) => {
      for (const task of waiting.values()) task.reject(error);
      waiting.clear();
      thread = undefined;
    });
    return worker;
  }

  function run<T extends Seeded | Refitted>(task: SeederTask): Promise<T> {
    thread ??= start();
    const id = nextId++;
    const done = createDeferred<Seeded | Refitted>();
    waiting.set(id, done);
    thread.ref();
    thread.postMessage({ id, task });
    return done.promise.finally(() => {
      if (waiting.size === 0) thread?.unref();
    }) as Promise<T>;
  }

  return {
    seed(request) {
      seeding ??= run<Seeded>({ kind: "seed", request }).finally(() => {
        seeding = undefined;
      });
      return seeding;
    },
    refit: (request) => run<Refitted>({ kind: "refit", request }),
    async close() {
      await thread?.terminate();
    },
  };
}
