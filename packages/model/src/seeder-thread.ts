import { parentPort } from "node:worker_threads";
import { type RefitRequest, refitModel, type SeedRequest, seedModel } from "@eddy/clustering/seed";
import { type Assigner, createAssigner } from "@eddy/compute/assigner";
import { createRandom } from "@eddy/runtime/random";

export type SeederTask =
  | { readonly kind: "seed"; readonly request: SeedRequest }
  | { readonly kind: "refit"; readonly request: RefitRequest };

const assigners = new Map<number, Promise<Assigner>>();

/** K-Means' own distance is Euclidean, also for unit vectors. */
function assigner(dimensions: number): Promise<Assigner> {
  const found = assigners.get(dimensions) ?? createAssigner({ metric: "euclidean", dimensions });
  assigners.set(dimensions, found);
  return found;
}

async function run({ kind, request }: SeederTask) {
  const { assign } = await assigner(request.sample.dimensions);
  const tools = { assign, random: createRandom(request.seed).next };
  return kind === "seed" ? seedModel(request, tools) : refitModel(request, tools);
}

parentPort?.on("message", ({ id, task }: { id: number; task: SeederTask }) => {
  run(task).then(
    (result) => parentPort?.postMessage({ id, result }),
    (error: Error) => parentPort?.postMessage({ id, error: String(error.stack ?? error) }),
  );
});
