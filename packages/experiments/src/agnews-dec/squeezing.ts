import { encodeRows } from "@eddy/deep/encoder";
import type { FineTuningState } from "@eddy/deep/fine-tuning";
import { BOTTLENECK } from "@eddy/deep/layers";
import { rowsOf } from "@eddy/deep/rows";
import { codesAutoencoder, fineTuned } from "../frame/deep-clusters.ts";
import { json, remember } from "../frame/remember.ts";
import { scoresOf, silhouetteIn } from "../frame/scores.ts";
import type { Material } from "./material.ts";

/** DEC when an epoch is done; epoch 0 is before. */
export interface Squeezed {
  readonly epoch: number;
  /** Of the clusters in the codes of that moment. */
  readonly silhouette: number;
  readonly purity: number;
}

/** What DEC's epochs do to the silhouette, and to the purity; one seed. */
export function squeezing(material: Material, seed: number): Promise<readonly Squeezed[]> {
  const { run, news, input, inputName, settings } = material;
  const inputs = { points: input.key, settings, seed };
  const step = "DEC, epoch by epoch";
  return remember(run, { what: "squeezing", inputs, step, codec: json<readonly Squeezed[]>() }, async (tell) => {
    const { network, weights } = await codesAutoencoder(run, inputName, input, settings, seed);
    const rows = rowsOf(input.values, input.width);
    const states: FineTuningState[] = [];
    const tuned = await fineTuned(run, network, settings, {
      ...{ rows, weights, seed },
      onEpoch: ({ state }) => states.push(state),
    });
    // A report's clusters are those that its epoch began with.
    const clusterings = [...states.map(({ clusters }) => clusters), tuned.clusters];
    const moments = [weights, ...states.map(({ training }) => ({ ...weights, ...training.tensors }))];
    const found: Squeezed[] = [];
    for (const [epoch, clusters] of clusterings.entries()) {
      run.signal.throwIfAborted();
      const values = await encodeRows(network, moments[epoch]!, BOTTLENECK, rows);
      const space = { values, count: input.count, width: settings.sizes.at(-1)!, key: "" };
      const silhouette = silhouetteIn(space, clusters) ?? Number.NaN;
      found.push({ epoch, silhouette, purity: scoresOf(news.labels, clusters).purity });
      tell((epoch + 1) / clusterings.length);
    }
    return found;
  });
}
