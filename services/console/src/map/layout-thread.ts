import { parentPort } from "node:worker_threads";
import type { Points } from "@eddy/compute/neighbour-search";
import { fitLayout, type Layout, type LayoutOptions } from "./layout.ts";

export type LayoutTask =
  | { readonly kind: "fit"; readonly points: Points; readonly options: LayoutOptions }
  | { readonly kind: "place"; readonly points: Points };

export interface LayoutAnswer {
  readonly method: Layout["method"];
  readonly places: Float32Array;
}

let layout: Layout | undefined;

async function run(task: LayoutTask): Promise<LayoutAnswer> {
  if (task.kind === "fit") {
    const fitted = await fitLayout(task.points, task.options);
    await layout?.close();
    layout = fitted;
    return { method: fitted.method, places: fitted.places };
  }
  if (!layout) throw new Error("nothing is fitted yet");
  return { method: layout.method, places: await layout.place(task.points) };
}

/** One task after the other: points that are placed after a fit are placed into it. */
let last: Promise<unknown> = Promise.resolve();

parentPort?.on("message", ({ id, task }: { id: number; task: LayoutTask }) => {
  last = last.then(async () => {
    try {
      parentPort?.postMessage({ id, answer: await run(task) });
    } catch (error) {
      parentPort?.postMessage({ id, error: String((error as Error).stack ?? error) });
    }
  });
});
