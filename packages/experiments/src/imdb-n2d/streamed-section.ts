import type { Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import { type LabelledTexts, seededSample } from "../frame/data.ts";
import { type Embeddings, embedTexts } from "../frame/embeddings.ts";
import { judgedIn } from "../frame/judged.ts";
import { kMeans, STARTS } from "../frame/k-means.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { figureOf, SCORE_TITLES, type Scores, scoreCells, scoresOf } from "../frame/scores.ts";
import { type StreamedScores, streamOnce } from "../frame/streamed.ts";
import { K } from "./clusterings.ts";
import { keywordTable } from "./keywords.ts";

const SAMPLE = 2_500;
const QUICK_SAMPLE = 200;

export interface Streamed {
  readonly reviews: LabelledTexts;
  readonly embedded: Embeddings;
  /** K-Means on the same embeddings. */
  readonly batch: readonly Scores[];
  readonly silhouettes: readonly number[];
  readonly streamed: StreamedScores;
}

/** Eddy's own way: embeddings of what the reviews say, streamed once. */
export async function streamReviews(run: Run, { ids, texts, labels }: LabelledTexts): Promise<Streamed> {
  const { quick, full } = run.options;
  const rows = [...ids.keys()];
  const chosen = quick ? seededSample(rows, QUICK_SAMPLE) : full ? rows : seededSample(rows, SAMPLE);
  const of = (column: readonly string[]) => chosen.map((row) => column[row]!);
  const reviews = { ids: of(ids), texts: of(texts), labels: of(labels) };
  const embedded = await embedTexts(run, reviews.texts);
  const batch: Scores[] = [];
  const silhouettes: number[] = [];
  for (const seed of seedsOf(run)) {
    const clusters = await kMeans(run, embedded, K, seed);
    batch.push(scoresOf(reviews.labels, clusters));
    const { silhouette } = await judgedIn(run, embedded, clusters);
    if (silhouette !== null) silhouettes.push(silhouette);
  }
  return { reviews, embedded, batch, silhouettes, streamed: await streamOnce(run, reviews, embedded, K) };
}

export function streamedSection({ options }: Pick<Run, "options">, found: Streamed): Section {
  const { reviews, embedded, batch, silhouettes, streamed } = found;
  return {
    title: "Eddy's own way: meanings, streamed",
    blocks: [
      prose(
        `${reviews.ids.length.toLocaleString("en")} reviews of the clustered half as they are written, but for their HTML; ${embedded.model}, ${embedded.maxTokens} tokens (${embedded.truncated.toLocaleString("en")} reviews are longer and cut); streamed once into ${K} clusters.`,
      ),
      table(
        "Agreement with the sentiment",
        ["", ...SCORE_TITLES, "silhouette"],
        [
          ["K-Means on the embeddings", ...scoreCells(batch), silhouettes.length > 0 ? figureOf(silhouettes) : null],
          { cells: ["Eddy, streamed once: as given", ...scoreCells(streamed.given), null], emphasis: true },
          ["Eddy, streamed once: after its last sweep", ...scoreCells(streamed.settled), null],
        ],
        `Mean ± standard deviation over ${options.seeds} seeds; the silhouette is in the embeddings. Five clusters of two labels: accuracy, which matches one cluster to a label, can't be high.`,
      ),
      keywordTable("What the streamed clusters are about", reviews, streamed.clusters),
      choice(
        `The stream takes ${options.full ? "all reviews of the half" : `${reviews.ids.length.toLocaleString("en")} reviews, drawn with seed 0: 25 a second are embedded on two cores (all of the half with --full)`}. K-Means takes the best of ${STARTS} starts.`,
      ),
    ],
  };
}
