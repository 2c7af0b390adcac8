import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trainAutoencoder } from "@eddy/deep/autoencoder";
import { openRows } from "@eddy/deep/file-rows";
import type { Rows } from "@eddy/deep/rows";
import { fineTuned, layoutOf } from "../frame/deep-clusters.ts";
import { json, remember } from "../frame/remember.ts";
import type { Material } from "./material.ts";
import { randomDirections } from "./noise.ts";

export interface Held {
  readonly rows: number;
  readonly fileBytes: number;
  /** Of vectors in one read, at most: read, trained on, and let go. */
  readonly readBytes: number;
}

const PART = 1_000;

/** What training from a file reads at once: one epoch of the autoencoder and one of DEC on `counts` rows. */
export function heldInTraining(material: Material, counts: readonly number[]): Promise<readonly Held[]> {
  const { run, input, settings } = material;
  const inputs = { counts, width: input.width, settings };
  const step = "training from files";
  return remember(run, { what: "held", inputs, step, codec: json<readonly Held[]>() }, async (tell) => {
    const folder = await mkdtemp(join(tmpdir(), "eddy-rows-"));
    try {
      const held: Held[] = [];
      for (const count of counts) {
        const path = join(folder, `${count}.f32`);
        await writeDirections(path, count, input.width);
        held.push(await trainFrom(path, material));
        tell(held.length / counts.length);
      }
      return held;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function writeDirections(path: string, count: number, width: number): Promise<void> {
  const file = await open(path, "w");
  for (let first = 0; first < count; first += PART) {
    const { values } = randomDirections(Math.min(PART, count - first), width, first);
    await file.write(new Uint8Array(values.buffer));
  }
  await file.close();
}

async function trainFrom(path: string, { run, input, settings }: Material): Promise<Held> {
  const file = await openRows(path, input.width);
  let readBytes = 0;
  const rows: Rows = {
    count: file.count,
    width: file.width,
    read(indices, into) {
      readBytes = Math.max(readBytes, into.byteLength);
      return file.read(indices, into);
    },
  };
  try {
    const { network, weights } = await trainAutoencoder({
      ...{ rows, layout: layoutOf(input, settings), epochs: 1, batchSize: settings.batchSize, seed: 0 },
      ...{ adam: { learningRate: settings.learningRate }, clock: run.clock, signal: run.signal },
    });
    await fineTuned(run, network, { ...settings, clusteringEpochs: 1 }, { rows, weights, seed: 0 });
    return { rows: file.count, fileBytes: 4 * file.count * file.width, readBytes };
  } finally {
    await file.close();
  }
}
