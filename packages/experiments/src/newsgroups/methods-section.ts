import { accuracy } from "@eddy/quality/accuracy";
import { ari } from "@eddy/quality/ari";
import { nmi } from "@eddy/quality/nmi";
import { purity } from "@eddy/quality/purity";
import type { Row, Section } from "@eddy/report/report";
import { choice, limit, prose, table } from "../frame/blocks.ts";
import { TFIDF_WORDS } from "../frame/features.ts";
import { startsOf } from "../frame/k-means.ts";
import { manifold } from "../frame/projected.ts";
import type { Run } from "../frame/run.ts";
import { SCORE_TITLES, type Scores, scoreCells } from "../frame/scores.ts";
import type { StreamedScores } from "../frame/streamed.ts";
import type { Clusterings, Mapped } from "./clusterings.ts";
import { published } from "./published.ts";

export interface Methods {
  readonly batch: Clusterings;
  readonly withoutEmpty: Clusterings;
  readonly words: Clusterings;
  readonly hybrid: Clusterings;
  readonly mapped: Mapped;
  readonly streamed: StreamedScores | undefined;
}

export function methodsSection(run: Run, methods: Methods): Section {
  const { batch, withoutEmpty, words, hybrid, mapped, streamed } = methods;
  const of = (what: string, scores: readonly Scores[], emphasis = false): Row => ({
    cells: [what, ...scoreCells(scores)],
    ...(emphasis && { emphasis }),
  });
  const kind = { minilm: "MiniLM", tfidf: "TF-IDF", hybrid: "hybrid features" }[run.options.features];
  return {
    title: "Against the groups",
    blocks: [
      table(
        "Agreement with the groups",
        ["", ...SCORE_TITLES],
        [
          {
            cells: [
              "published: its table, one run",
              purity(published),
              accuracy(published),
              ari(published),
              nmi(published).nmi,
            ],
          },
          of(`${kind}, K-Means`, batch.scores, true),
          of(`${kind}, K-Means, without the empty posts`, withoutEmpty.scores),
          of(`TF-IDF (${TFIDF_WORDS} words), K-Means`, words.scores),
          of("hybrid: meaning and words, K-Means", hybrid.scores),
          of(`${kind}, UMAP to ${manifold.components}, K-Means, without the empty posts`, mapped.scores, true),
          ...(streamed
            ? [
                of("Eddy, streamed once: as given", streamed.given, true),
                of("Eddy, streamed once: after its last sweep", streamed.settled),
              ]
            : []),
        ],
        `Mean ± standard deviation over seeds 0 to ${run.options.seeds - 1}. Accuracy is one cluster a group, matched for the best (Hungarian).`,
      ),
      prose(
        'The write-up says "Every time you run this program, you will get different results": it sets no seed, and prints the table of one run.',
      ),
      choice(
        `K-Means takes the best of ${startsOf(run)} starts by inertia; the write-up leaves scikit-learn's default, one start in the versions of its day. Stream order is shuffled by the seed.`,
      ),
      choice(
        `TF-IDF: the ${TFIDF_WORDS} most frequent words but for English stop words. UMAP: ${manifold.neighbours} neighbours, cosine, min_dist 0.`,
      ),
      ...(streamed ? [] : [limit("Eddy streams embeddings: with other features there is no streamed row.")]),
    ],
  };
}
