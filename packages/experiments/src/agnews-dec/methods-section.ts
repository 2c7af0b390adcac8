import type { Row, Section } from "@eddy/report/report";
import { choice, limit, prose, table } from "../frame/blocks.ts";
import { HYBRID_SHARE, TFIDF_WORDS } from "../frame/features.ts";
import { startsOf } from "../frame/k-means.ts";
import { manifold } from "../frame/projected.ts";
import { figureOf, SCORE_TITLES, scoreCells } from "../frame/scores.ts";
import type { StreamedScores } from "../frame/streamed.ts";
import type { Material } from "./material.ts";
import { type Method, type Methods, MPNET } from "./methods.ts";
import { published } from "./published.ts";

export function methodsSection(
  { inputName, seeds, run }: Pick<Material, "inputName" | "seeds" | "run">,
  methods: Methods,
  streamed: StreamedScores,
): Section {
  const { plain, codes, dec, idec, n2d, tfidf, hybrid = [], mpnet = [], withoutMpnet } = methods;
  const rivals = [idec, n2d, methods.manifold, ...hybrid, ...mpnet];
  const row = (method: Method, emphasis = false): Row => ({
    cells: [method.name, ...scoreCells(method.scores), figureOf(method.silhouettes), method.space],
    ...(emphasis && { emphasis }),
  });
  return {
    title: "Against the classes",
    blocks: [
      table(
        "Agreement with the classes",
        ["", ...SCORE_TITLES, "silhouette", "in the space"],
        [
          ["published: DEC", published.purity, null, null, null, published.silhouette, "not said"],
          ["published: K-Means on TF-IDF", null, null, null, null, published.tfidfSilhouette, "not said"],
          ...(tfidf ? [row(tfidf)] : []),
          row(plain, true),
          row(codes),
          row(dec, true),
          ...rivals.map((method) => row(method)),
          { cells: ["Eddy, streamed once: as given", ...scoreCells(streamed.given), null, inputName], emphasis: true },
          ["Eddy, streamed once: after its last sweep", ...scoreCells(streamed.settled), null, inputName],
        ],
        `Mean ± standard deviation over ${seeds.length} seeds${run.options.quick ? " (rivals: one)" : ""}${hybrid.length > 1 ? "; DEC on hybrid features: one, on another model: three" : ""}. Silhouettes of different spaces can't be compared. Accuracy is one cluster a class, matched for the best (Hungarian).`,
      ),
      prose(
        `K-Means on ${inputName} alone reaches ${shown(plain)}, DEC ${shown(dec)} from the ${shown(codes)} of its own K-Means${gain(dec, plain) < 0 ? ": what the autoencoder loses, DEC does not bring back" : ""}.`,
      ),
      table(
        "Above plain K-Means?",
        ["", "purity", "less plain K-Means"],
        rivals.map((method) => [method.name, figureOf(purities(method)), signed(gain(method, plain))]),
        `Held against K-Means on ${inputName}, by mean purity.`,
      ),
      prose(stretchSentence(rivals, plain)),
      choice(
        `K-Means takes the best of ${startsOf(run)} starts. UMAP: ${manifold.components} components, ${manifold.neighbours} neighbours, min_dist ${manifold.minDist}, cosine. TF-IDF: the ${TFIDF_WORDS} most frequent words but for English stop words, rows of length 1. Hybrid features: both side by side, the words with a share of ${HYBRID_SHARE} in the squared distances. N2D takes K-Means in place of its Gaussian mixture; IDEC's γ is the paper's 0.1.`,
      ),
      ...(withoutMpnet === undefined ? [] : [limit(`No row for ${MPNET}: ${withoutMpnet}.`)]),
    ],
  };
}

const purities = ({ scores }: Method) => scores.map(({ purity }) => purity);
export const meanPurity = (method: Method): number => figureOf(purities(method)).mean;
const shown = (method: Method) => meanPurity(method).toFixed(3);
const gain = (method: Method, plain: Method) => meanPurity(method) - meanPurity(plain);
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;

export function stretchSentence(rivals: readonly Method[], plain: Method): string {
  const above = rivals.filter((method) => gain(method, plain) > 0);
  if (above.length === 0) return "None of what the write-up recommends is above plain K-Means on these texts.";
  return `Above plain K-Means: ${above.map((method) => `${method.name} (${shown(method)})`).join("; ")}. The others are not.`;
}
