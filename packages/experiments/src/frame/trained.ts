import {
  type Autoencoder,
  type AutoencoderOptions,
  type AutoencoderState,
  autoencoderNetwork,
  trainAutoencoder,
} from "@eddy/deep/autoencoder";
import { decodeAutoencoder, encodeAutoencoder } from "@eddy/deep/checkpoint";
import { cacheKey } from "./cache.ts";
import type { Run } from "./run.ts";

export interface TrainedOptions
  extends Omit<AutoencoderOptions, "state" | "clock" | "signal" | "onEpoch" | "rows" | "validation"> {
  readonly rows: AutoencoderOptions["rows"] & { readonly key: string };
  readonly validation?: AutoencoderOptions["rows"] & { readonly key: string };
  /** Names the initialiser in the key, where it isn't the default. */
  readonly initialiserName?: string;
}

/** What an unfinished training may lose, in milliseconds. */
const CHECKPOINT_MS = 15_000;

/** An autoencoder: from the cache, or trained, going on from where an earlier run was stopped. */
export async function trainedAutoencoder(run: Run, name: string, options: TrainedOptions): Promise<Autoencoder> {
  const { rows, validation, layout, epochs, batchSize, adam, initialiserName, penalties, seed } = options;
  const inputs = {
    rows: rows.key,
    validation: validation?.key,
    layout,
    epochs,
    batchSize,
    adam,
    initialiserName,
    penalties,
    seed,
  };
  const key = cacheKey("autoencoder", inputs);
  const unfinished = `${key}-unfinished`;
  run.signal.throwIfAborted();
  const kept = await run.cache.read(key);
  if (kept !== undefined) return restored(options, decodeAutoencoder(kept));
  const begun = await run.cache.read(unfinished);
  return run.step(name, async (tell) => {
    let state: AutoencoderState | undefined = begun && decodeAutoencoder(begun);
    let writtenAt = run.clock.now();
    const trained = await trainAutoencoder({
      ...options,
      ...{ state, clock: run.clock, signal: run.signal },
      async onEpoch(report) {
        state = report.state;
        tell(report.progress.done, report.progress.secondsLeft);
        if (run.clock.now() - writtenAt < CHECKPOINT_MS) return;
        writtenAt = run.clock.now();
        await run.cache.write(unfinished, encodeAutoencoder(report.state));
      },
    }).catch(async (error) => {
      if (state !== undefined) await run.cache.write(unfinished, encodeAutoencoder(state));
      throw error;
    });
    await run.cache.write(key, encodeAutoencoder(trained.state));
    await run.cache.remove(unfinished);
    return trained;
  });
}

function restored({ layout }: TrainedOptions, state: AutoencoderState): Autoencoder {
  return { network: autoencoderNetwork(layout), weights: state.training.tensors, curve: state.curve, state };
}
