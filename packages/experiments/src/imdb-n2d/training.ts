import type { Autoencoder } from "@eddy/deep/autoencoder";
import type { Run } from "../frame/run.ts";
import { trainedOn } from "./network.ts";
import { type PlaneErrors, planeErrors } from "./plane.ts";
import type { Reading } from "./readings.ts";

/** The network trained on one reading. */
export interface Training {
  readonly reading: Reading;
  /** What the best linear map leaves. */
  readonly plane: PlaneErrors;
  /** One of each seed; none where the training was left out. */
  readonly nets: readonly Autoencoder[];
}

export async function trainEach(run: Run, reading: Reading, seeds: readonly number[]): Promise<Training> {
  const plane = await planeErrors(run, reading);
  const nets: Autoencoder[] = [];
  for (const seed of seeds) nets.push(await trainedOn(run, reading, seed));
  return { reading, plane, nets };
}

/** Of each seed: the least validation error of its curve. */
export function bestErrors({ nets }: Training): readonly number[] {
  return nets.map(({ curve }) => Math.min(...curve.map(({ validation }) => validation!)));
}

/** By epoch, over the seeds. */
export function meanCurve({ nets }: Training, of: "error" | "validation"): readonly (readonly [number, number])[] {
  return (nets[0]?.curve ?? []).map(({ epoch }, at) => {
    const sum = nets.reduce((total, { curve }) => total + curve[at]![of]!, 0);
    return [epoch, sum / nets.length];
  });
}
