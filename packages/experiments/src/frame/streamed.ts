import { shuffledIndices } from "@eddy/deep/batches";
import { createRandom } from "@eddy/runtime/random";
import { cacheKey } from "./cache.ts";
import type { Matrix } from "./matrix.ts";
import { json, remember } from "./remember.ts";
import { type Run, seedsOf } from "./run.ts";
import { type Scores, scoresOf } from "./scores.ts";

export interface StreamedDocument {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  /** Of unit length. */
  readonly vector: Float32Array;
}

export interface StreamOutcome {
  /** The first assignment of each accepted document, as it was given in the stream. */
  readonly given: ReadonlyMap<string, string>;
  /** As the store has it when the last sweep is done. */
  readonly settled: ReadonlyMap<string, string>;
  /** Documents in the dead letters, by the code of the refusal. */
  readonly rejected: Readonly<Record<string, number>>;
  /** From the first document published to the last one assigned. */
  readonly seconds: number;
}

/** Publishes the documents to a pipeline of their own, in this order, and waits for all of them. */
export type StreamDocuments = (
  documents: readonly StreamedDocument[],
  options: { readonly clusters: number; readonly dimensions: number; readonly signal: AbortSignal },
) => Promise<StreamOutcome>;

export interface StreamedScores {
  readonly documents: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Against the labels, a seed each: the cluster given in the stream, one pass. */
  readonly given: readonly Scores[];
  readonly settled: readonly Scores[];
  /** Of the first seed, for a picture: a cluster's number for each document, −1 where it was refused. */
  readonly clusters: readonly number[];
  /** With ready vectors: without the embedding. */
  readonly documentsPerSecond: number;
}

interface Texts {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** Eddy's own way on the same data: streamed once, shuffled by each seed. The vectors are those of the batch run. */
export function streamOnce(run: Run, set: Texts, vectors: Matrix, clusters: number): Promise<StreamedScores> {
  const seeds = seedsOf(run, run.options.quick ? 1 : undefined);
  const inputs = { vectors: vectors.key, ids: cacheKey("ids", set.ids), clusters, seeds };
  return remember(
    run,
    { what: "streamed", inputs, step: "streaming once", codec: json<StreamedScores>() },
    async (tell) => {
      const outcomes: StreamOutcome[] = [];
      for (const seed of seeds) {
        const order = shuffledIndices(set.ids.length, createRandom(seed).next);
        const documents = Array.from(
          order,
          (row): StreamedDocument => ({
            id: set.ids[row]!,
            text: set.texts[row]!,
            label: set.labels[row]!,
            vector: vectors.values.subarray(row * vectors.width, (row + 1) * vectors.width),
          }),
        );
        const options = { clusters, dimensions: vectors.width, signal: run.signal };
        outcomes.push(await run.stream(documents, options));
        tell(outcomes.length / seeds.length);
      }
      return summed(set, outcomes);
    },
  );
}

function summed({ ids, labels }: Texts, outcomes: readonly StreamOutcome[]): StreamedScores {
  const score = (clusterOf: ReadonlyMap<string, string>) => {
    const accepted = ids.flatMap((id, row) => (clusterOf.has(id) ? [row] : []));
    return scoresOf(
      accepted.map((row) => labels[row]!),
      accepted.map((row) => clusterOf.get(ids[row]!)!),
    );
  };
  const first = outcomes[0]!;
  const names = [...new Set(first.settled.values())].sort();
  const accepted = outcomes.reduce((sum, { given }) => sum + given.size, 0);
  return {
    documents: ids.length,
    rejected: first.rejected,
    given: outcomes.map(({ given }) => score(given)),
    settled: outcomes.map(({ settled }) => score(settled)),
    clusters: ids.map((id) => names.indexOf(first.settled.get(id) ?? "")),
    documentsPerSecond: accepted / outcomes.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
