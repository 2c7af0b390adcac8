/**
 * Trains a symmetric autoencoder by mean squared error.
 *
 * 1. The same seed, rows and options give the same weights, bit for bit on one machine and number of threads.
 * 2. An epoch's order and dropout come of (seed, epoch), so a run that goes on from the state after epoch e is the run that
 *    was never stopped.
 * 3. Held in memory: the net with its moments, one stack of batches and the order (four bytes a row); never all rows.
 */
import { type AdamOptions, resolveAdam } from "@eddy/compute/adam";
import { createForward, type ForwardSpec } from "@eddy/compute/forward-graph";
import { type Initialiser, torchLinear } from "@eddy/compute/initialisers";
import { meanSquaredError } from "@eddy/compute/losses";
import { createTrainer, type TrainingState } from "@eddy/compute/trainer";
import type { TrainingSpec } from "@eddy/compute/training-graph";
import type { Clock } from "@eddy/runtime/clock";
import { createRandom } from "@eddy/runtime/random";
import { epochBatches, inOrder, shuffledIndices } from "./batches.ts";
import { type AutoencoderLayout, autoencoderLayers } from "./layers.ts";
import { createNetwork, type Network } from "./network.ts";
import { type Penalties, penalised } from "./penalties.ts";
import { createPace, type Progress } from "./progress.ts";
import { type Rows, selectRows } from "./rows.ts";
import { trainEpoch } from "./train-epoch.ts";

export interface AutoencoderOptions {
  readonly rows: Rows;
  /** Rows to judge by: others, or a share of `rows` that is then not trained on. */
  readonly validation?: Rows | number;
  readonly layout: AutoencoderLayout;
  readonly epochs: number;
  readonly batchSize: number;
  readonly adam: AdamOptions;
  /** Default: PyTorch's. */
  readonly initialiser?: Initialiser;
  readonly penalties?: Penalties;
  readonly seed: number;
  /** To go on from. */
  readonly state?: AutoencoderState;
  readonly clock: Pick<Clock, "now">;
  readonly signal?: AbortSignal;
  /** Threads inside one operator. */
  readonly threads?: number;
  /** Batches of one run of the graph. */
  readonly stackSize?: number;
  /** The next epoch waits for what it returns. */
  onEpoch?(report: AutoencoderReport): void | Promise<void>;
}

/** A point of the loss curve. Errors are mean squared errors a value. */
export interface EpochLoss {
  readonly epoch: number;
  /** What was minimised: the error and the penalties; the mean over the epoch's batches, each before its step. */
  readonly loss: number;
  readonly error: number;
  /** On the validation rows, after the epoch. */
  readonly validation?: number;
}

/** All that is needed to go on after an epoch. */
export interface AutoencoderState {
  readonly epoch: number;
  readonly curve: readonly EpochLoss[];
  readonly training: TrainingState;
}

export interface AutoencoderReport {
  readonly progress: Progress;
  readonly losses: EpochLoss;
  readonly state: AutoencoderState;
}

export interface Autoencoder {
  readonly network: Network;
  /** Tensors of `network`, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly curve: readonly EpochLoss[];
  readonly state: AutoencoderState;
}

/** What random sequences are for: each has its own. */
const purposes = { weights: 0, split: 1, epoch: 2 };

/** Batches of one run where it is not given: measured, 50 are as good as more. */
export const STACK_SIZE = 50;

/** Rows that one run of the validation takes. */
const CHUNK = 1_024;

export function autoencoderNetwork(layout: AutoencoderLayout): Network {
  return createNetwork(layout.sizes[0]!, autoencoderLayers(layout));
}

/** The net before any training, with its state for `trainAutoencoder`. */
export function untrainedAutoencoder(
  layout: AutoencoderLayout,
  seed: number,
  initialiser: Initialiser = torchLinear,
): Autoencoder {
  const network = autoencoderNetwork(layout);
  const weights = network.initial(initialiser, createRandom(seed, purposes.weights).next);
  return { network, weights, curve: [], state: { epoch: 0, curve: [], training: { steps: 0, tensors: weights } } };
}

/**
 * Trains until `epochs` epochs are done, those of `state` included.
 * @throws RangeError where rows and layout don't fit; the signal's reason when stopped (go on from the last report's state)
 */
export async function trainAutoencoder(options: AutoencoderOptions): Promise<Autoencoder> {
  const { layout, epochs, batchSize, seed, clock, signal, threads, stackSize = STACK_SIZE } = options;
  const { rows, validation } = split(options);
  if (rows.width !== layout.sizes[0]) {
    throw new RangeError(`rows of ${rows.width} for a net whose input is ${layout.sizes[0]} wide`);
  }
  if (rows.count === 0) throw new RangeError("no rows to train on");
  const network = autoencoderNetwork(layout);
  let state = options.state ?? untrainedAutoencoder(layout, seed, options.initialiser).state;
  const pace = createPace(clock, state.epoch / epochs);
  const trainer = await createTrainer(reconstruction(network, options), { state: state.training, threads });
  const judge = validation && (await createJudge(network, validation, threads));
  try {
    for (let epoch = state.epoch; epoch < epochs; epoch++) {
      const seeds = [seed, purposes.epoch, epoch];
      const batches = epochBatches({ rows, batchSize, stackSize, sideInputs: network.masks, seeds });
      const { loss, error } = await trainEpoch(trainer, batches, { signal });
      const losses: EpochLoss = {
        epoch: epoch + 1,
        loss: loss!,
        error: error!,
        ...(judge && { validation: await judge.error(trainer.state.tensors) }),
      };
      state = { epoch: epoch + 1, curve: [...state.curve, losses], training: trainer.state };
      const done = (epoch + 1) / epochs;
      await options.onEpoch?.({ progress: { epoch: epoch + 1, epochs, done, secondsLeft: pace(done) }, losses, state });
    }
  } finally {
    await Promise.all([trainer.close(), judge?.close()]);
  }
  return { network, weights: state.training.tensors, curve: state.curve, state };
}

function reconstruction(network: Network, { adam, penalties }: AutoencoderOptions): TrainingSpec {
  return {
    name: "autoencoder",
    inputs: [{ name: "x", width: network.inputWidth }, ...network.masks],
    parameters: network.parameters,
    buffers: network.buffers,
    metrics: ["error"],
    adam: resolveAdam(adam),
    step(tape, values) {
      const x = values.input("x");
      const { outputs, buffers } = network.train(tape, x, values);
      const error = meanSquaredError(tape, outputs.get(network.layers.at(-1)!.name)!, x);
      return { loss: penalised(tape, error, network, values, penalties), metrics: { error }, buffers };
    },
  };
}

/** A share of the rows becomes the validation; the rest stays. */
function split({ rows, validation, seed }: AutoencoderOptions): { readonly rows: Rows; readonly validation?: Rows } {
  if (typeof validation !== "number") return { rows, validation };
  if (!(validation >= 0 && validation < 1)) throw new RangeError(`a share below 1, not ${validation}`);
  const order = shuffledIndices(rows.count, createRandom(seed, purposes.split).next);
  const apart = Math.round(rows.count * validation);
  if (apart === 0) return { rows };
  return { rows: selectRows(rows, order.slice(apart)), validation: selectRows(rows, order.slice(0, apart)) };
}

async function createJudge(network: Network, rows: Rows, threads: number | undefined) {
  const spec: ForwardSpec = {
    name: "validation",
    inputs: [{ name: "x", width: network.inputWidth }],
    tensors: [...network.parameters, ...network.buffers],
    forward(tape, values) {
      const outputs = network.forward(tape, values.input("x"), values);
      return { error: meanSquaredError(tape, outputs.get(network.layers.at(-1)!.name)!, values.input("x")) };
    },
  };
  const forward = await createForward(spec, { threads });
  return {
    async error(weights: Readonly<Record<string, Float32Array>>): Promise<number> {
      let sum = 0;
      for await (const { count, values } of inOrder(rows, CHUNK)) {
        sum += (await forward.run(count, { x: values }, weights)).error![0]! * count;
      }
      return sum / rows.count;
    },
    close: () => forward.close(),
  };
}
