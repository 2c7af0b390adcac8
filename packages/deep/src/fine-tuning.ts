/**
 * What DEC and IDEC share: the encoder and the centres are trained so that the soft assignment of the codes comes near its own
 * sharpened form.
 *
 * 1. The target is made of all rows before each epoch, and held fixed in it. A batch alone never makes one.
 * 2. Centres start from K-Means on the codes and are trained with the encoder.
 * 3. The same seed gives the same result; an epoch's order comes of (seed, epoch), so a run can go on from a report's state.
 * 4. Held in memory beside the net: k soft shares, a cluster and a place in the order for each row; codes of at most
 *    SAMPLE rows, for K-Means.
 */
import { type AdamOptions, resolveAdam } from "@eddy/compute/adam";
import { createForward, type Forward, type TensorValues } from "@eddy/compute/forward-graph";
import { klDivergence, studentT } from "@eddy/compute/losses";
import type { Tape, Value } from "@eddy/compute/tape";
import { createTrainer, type TrainingState } from "@eddy/compute/trainer";
import type { StepOutcome, StepValues, TrainingSpec } from "@eddy/compute/training-graph";
import type { Clock } from "@eddy/runtime/clock";
import { STACK_SIZE } from "./autoencoder.ts";
import { epochBatches, inOrder, type SideInput } from "./batches.ts";
import { clusterCodes } from "./code-clusters.ts";
import { type Collapse, collapseOf } from "./collapse.ts";
import { encodeRows } from "./encoder.ts";
import { BOTTLENECK } from "./layers.ts";
import type { Network } from "./network.ts";
import { createPace, type Progress } from "./progress.ts";
import { type Rows, sampleRows } from "./rows.ts";
import { hardClusters, type Target, targetOf } from "./target.ts";
import { trainEpoch } from "./train-epoch.ts";

export interface FineTuningOptions {
  readonly rows: Rows;
  /** Weights of the autoencoder, by name. */
  readonly weights: TensorValues;
  readonly k: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly adam: AdamOptions;
  readonly seed: number;
  /** What the target is made of. Only all points are right, see `targetOf`; a batch is refused. */
  readonly targetOver?: "all points" | "batch";
  /** To go on from. */
  readonly state?: FineTuningState;
  readonly clock: Pick<Clock, "now">;
  readonly signal?: AbortSignal;
  readonly threads?: number;
  readonly stackSize?: number;
  onEpoch?(report: FineTuningReport): void;
}

export interface FineTuningState {
  readonly epoch: number;
  readonly training: TrainingState;
  /** Of each row, before the first epoch: K-Means on the codes. */
  readonly start: Int32Array;
  /** Of each row, when the last target was made. */
  readonly clusters: Int32Array;
}

export interface FineTuningReport {
  readonly progress: Progress;
  /** Means over the epoch: `loss`, `kl`, and `error` where there is reconstruction. */
  readonly losses: Readonly<Record<string, number>>;
  /** Share of the rows that changed their cluster between the last two targets. */
  readonly changed: number;
  readonly collapse: Collapse;
  readonly state: FineTuningState;
}

export interface FineTuned {
  /** Weights of the net by name, and `centres` [k, code]. */
  readonly weights: TensorValues;
  readonly centres: Float32Array;
  /** Of each row: the greatest soft share. */
  readonly clusters: Int32Array;
  /** Of each row, by K-Means on the codes before. */
  readonly start: Int32Array;
  /** n × k. */
  readonly soft: Float32Array;
  readonly collapse: Collapse;
  readonly state: FineTuningState;
}

export interface Method {
  readonly name: string;
  /** Which layers are trained. */
  readonly network: Network;
  readonly metrics: readonly string[];
  /** The loss from the divergence and the outputs of the layers. */
  objective(
    tape: Tape,
    kl: Value,
    outputs: ReadonlyMap<string, Value>,
    x: Value,
  ): Pick<StepOutcome, "loss" | "metrics">;
}

export const CENTRES = "centres";

/** K-Means starts from the codes of at most so many rows. */
const SAMPLE = 50_000;
const CHUNK = 1_024;
const purpose = 3;

/** @throws RangeError for a target over a batch, or more clusters than rows; the signal's reason when stopped */
export async function fineTune(method: Method, options: FineTuningOptions): Promise<FineTuned> {
  const { rows, k, epochs, batchSize, seed, signal, threads, stackSize = STACK_SIZE } = options;
  if (options.targetOver === "batch") {
    throw new RangeError(`${method.name}: a target is made of all points; one of a batch alone ruins the clusters`);
  }
  const code = method.network.layers.find(({ name }) => name === BOTTLENECK)!.units;
  let state = options.state ?? (await startingState(method.network, options));
  const pace = createPace(options.clock, state.epoch / epochs);
  const trainer = await createTrainer(specOf(method, k, code, options.adam), { state: state.training, threads });
  const assignment = await createForward(assignmentSpec(method.network, k, code), { threads });
  try {
    for (let epoch = state.epoch; epoch < epochs; epoch++) {
      const soft = await softAssignment(assignment, rows, k, trainer.state.tensors);
      const clusters = hardClusters(soft, k);
      const changed = shareChanged(state.clusters, clusters);
      const sideInputs = [targetInput(targetOf(soft, k)), ...method.network.masks];
      const batches = epochBatches({ rows, batchSize, stackSize, sideInputs, seeds: [seed, purpose, epoch] });
      const losses = await trainEpoch(trainer, batches, { signal });
      state = { epoch: epoch + 1, training: trainer.state, start: state.start, clusters };
      const done = (epoch + 1) / epochs;
      const progress = { epoch: epoch + 1, epochs, done, secondsLeft: pace(done) };
      options.onEpoch?.({ progress, losses, changed, collapse: collapseOf(soft, k), state });
    }
    const weights = trainer.state.tensors;
    const soft = await softAssignment(assignment, rows, k, weights);
    const clusters = hardClusters(soft, k);
    const collapse = collapseOf(soft, k);
    return { weights, centres: weights[CENTRES]!, clusters, start: state.start, soft, collapse, state };
  } finally {
    await Promise.all([trainer.close(), assignment.close()]);
  }
}

async function startingState(network: Network, options: FineTuningOptions): Promise<FineTuningState> {
  const { rows, k, seed, weights } = options;
  const code = network.layers.find(({ name }) => name === BOTTLENECK)!.units;
  const sample = sampleRows(rows, SAMPLE);
  const { centres } = await clusterCodes(await encodeRows(network, weights, BOTTLENECK, sample), code, { k, seed });
  const training = { steps: 0, tensors: { ...weights, [CENTRES]: centres } };
  const assignment = await createForward(assignmentSpec(network, k, code), { threads: options.threads });
  // The nearest centre has the greatest soft share: this is the assignment of K-Means.
  const start = hardClusters(await softAssignment(assignment, rows, k, training.tensors), k);
  await assignment.close();
  return { epoch: 0, training, start, clusters: start };
}

function specOf(
  { name, network, metrics, objective }: Method,
  k: number,
  code: number,
  adam: AdamOptions,
): TrainingSpec {
  return {
    name,
    inputs: [{ name: "x", width: network.inputWidth }, { name: "target", width: k }, ...network.masks],
    parameters: [...network.parameters, { name: CENTRES, shape: [k, code] }],
    buffers: network.buffers,
    metrics: ["kl", ...metrics],
    adam: resolveAdam(adam),
    step(tape, values) {
      const { outputs, buffers } = network.train(tape, values.input("x"), values);
      const soft = studentT(tape, outputs.get(BOTTLENECK)!, values.tensor(CENTRES));
      const kl = klDivergence(tape, values.input("target"), soft);
      const { loss, metrics: told } = objective(tape, kl, outputs, values.input("x"));
      return { loss, metrics: { kl, ...told }, buffers };
    },
  };
}

const assignmentSpec = (network: Network, k: number, code: number) => ({
  name: "soft-assignment",
  inputs: [{ name: "x", width: network.inputWidth }],
  tensors: [...network.parameters, ...network.buffers, { name: CENTRES, shape: [k, code] }],
  forward(tape: Tape, values: StepValues) {
    const codes = network.forward(tape, values.input("x"), values).get(BOTTLENECK)!;
    return { soft: studentT(tape, codes, values.tensor(CENTRES)) };
  },
});

/** Q of all rows, n × k. */
async function softAssignment(forward: Forward, rows: Rows, k: number, weights: TensorValues): Promise<Float32Array> {
  const soft = new Float32Array(rows.count * k);
  for await (const { first, count, values } of inOrder(rows, CHUNK)) {
    soft.set((await forward.run(count, { x: values }, weights)).soft!, first * k);
  }
  return soft;
}

const targetInput = ({ k, values }: Target): SideInput => ({
  name: "target",
  width: k,
  fill(indices, into) {
    for (const [at, row] of indices.entries()) into.set(values.subarray(row * k, (row + 1) * k), at * k);
  },
});

function shareChanged(before: Int32Array, after: Int32Array): number {
  return after.reduce((sum, cluster, row) => sum + Number(cluster !== before[row]), 0) / after.length;
}
