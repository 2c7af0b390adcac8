import { parentPort } from "node:worker_threads";
import { type RefitRequest, refitModel, type SeedRequest, seedModel } from "@eddy/clustering/seed";

export type SeederTask =
  | { readonly kind: "seed"; readonly request: SeedRequest }
  | { readonly kind: "refit"; readonly request: RefitRequest };

parentPort?.on("message", ({ id, task }: { id: number; task: SeederTask }) => {
  try {
    const result = task.kind === "seed" ? seedModel(task.request) : refitModel(task.request);
    parentPort?.postMessage({ id, result });
  } catch (error) {
    parentPort?.postMessage({ id, error: String((error as Error).stack ?? error) });
  }
});
