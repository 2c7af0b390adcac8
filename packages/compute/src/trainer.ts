import { adamSchedule } from "./adam.ts";
import { createGraphSession, type GraphSessionOptions, type Tensor } from "./graph-session.ts";
import { encodeTrainingGraph, stateSpecs, type TrainingSpec } from "./training-graph.ts";

/** Weights, moments and buffers by name, and how many steps made them: all that is needed to go on. */
export interface TrainingState {
  readonly steps: number;
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

export interface StackedBatches {
  readonly steps: number;
  /** Rows of each step. */
  readonly rows: number;
  /** Each input [steps, rows, width], row by row. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
}

/** What each step told, in order: `loss` and the metrics of the spec. */
export type StepFigures = Readonly<Record<string, Float32Array>>;

export interface Trainer {
  /** Takes one step of Adam a batch. The losses are those before each step. */
  train(batches: StackedBatches): Promise<StepFigures>;
  /** As it is after the last `train`; its arrays are never written to again. */
  readonly state: TrainingState;
  close(): Promise<void>;
}

export interface TrainerOptions extends GraphSessionOptions {
  /** First values of parameters and buffers; moments start at 0 where they are not given. */
  readonly state: TrainingState;
}

/**
 * Trains by a graph from `encodeTrainingGraph`. The state crosses to JavaScript once a run, not once a step: going in it is
 * not copied, coming out it is one copy.
 * @throws RangeError where a tensor is missing or of another size
 */
export async function createTrainer(spec: TrainingSpec, { state, ...session }: TrainerOptions): Promise<Trainer> {
  const tensors = stateSpecs(spec);
  const moments = new Set(spec.parameters.flatMap(({ name }) => [`first/${name}`, `second/${name}`]));
  let steps = state.steps;
  let values = new Map<string, Tensor>();
  for (const { name, shape } of tensors) {
    const size = shape.reduce((all, side) => all * side, 1);
    const data = state.tensors[name] ?? (moments.has(name) ? new Float32Array(size) : undefined);
    if (data?.length !== size)
      throw new RangeError(`${spec.name}: ${name} has ${data?.length ?? "no"} numbers, not ${size}`);
    values.set(name, { data, dims: shape });
  }
  const graph = await createGraphSession(encodeTrainingGraph(spec), session);
  return {
    async train(batches) {
      const stacked = spec.inputs.map(({ name, width }): [string, Tensor] => {
        const dims = [batches.steps, batches.rows, width];
        const data = batches.inputs[name];
        if (data?.length !== dims.reduce((all, side) => all * side)) {
          throw new RangeError(`${spec.name}: ${name} has ${data?.length ?? "no"} numbers, not ${dims.join(" × ")}`);
        }
        return [name, { data, dims }];
      });
      const schedule = { data: adamSchedule(spec.adam, steps, batches.steps), dims: [batches.steps, 2] };
      const outputs = await graph.run(Object.fromEntries([...stacked, ["adam_schedule", schedule], ...values]));
      steps += batches.steps;
      values = new Map(tensors.map(({ name }) => [name, outputs[`next/${name}`]!]));
      return Object.fromEntries(
        ["loss", ...(spec.metrics ?? [])].map((name) => [name, outputs[name]!.data as Float32Array]),
      );
    },
    get state() {
      return {
        steps,
        tensors: Object.fromEntries([...values].map(([name, { data }]) => [name, data as Float32Array])),
      };
    },
    close: () => graph.close(),
  };
}
