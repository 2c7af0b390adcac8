import { purity } from "@eddy/quality/purity";
import { embedTexts } from "../frame/embeddings.ts";
import type { Experiment, Findings } from "../frame/experiment.ts";
import { features, tfidfFeatures } from "../frame/features.ts";
import { goal } from "../frame/goal.ts";
import { type ConfusedPair, confusedPairs } from "../frame/majority.ts";
import { chosenRows } from "../frame/matrix.ts";
import { manifold } from "../frame/projected.ts";
import type { Run } from "../frame/run.ts";
import { figureOf, type Scores } from "../frame/scores.ts";
import { streamOnce } from "../frame/streamed.ts";
import { clusterEach, clusterOnManifold, K } from "./clusterings.ts";
import { groupsSection } from "./groups-section.ts";
import { methodsSection } from "./methods-section.ts";
import { readPosts } from "./posts.ts";
import { postsSection } from "./posts-section.ts";
import { published } from "./published.ts";
import { spacesSection } from "./spaces-section.ts";
import { speedSection } from "./speed-section.ts";

export const newsgroups: Experiment = {
  name: "newsgroups",
  title: "20 Newsgroups: sentence embeddings and K-Means",
  set: "twenty_newsgroups",
  minutes: { quick: 0.5, usual: 5, full: 5 },
  run: runNewsgroups,
};

async function runNewsgroups(run: Run): Promise<Findings> {
  const posts = await readPosts(run.options.data, run.options.quick);
  const embedded = await embedTexts(run, posts.texts);
  const chosen = run.options.features === "minilm" ? embedded : await features(run, posts.texts);
  const filled = chosenRows(chosen, posts.filled, "filled");
  const filledLabels = posts.filled.map((row) => posts.labels[row]!);

  const batch = await clusterEach(run, chosen, posts.labels);
  const withoutEmpty = await clusterEach(run, filled, filledLabels);
  const words = await clusterEach(run, tfidfFeatures(posts.texts), posts.labels);
  const hybrid = await clusterEach(run, await features(run, posts.texts, "hybrid"), posts.labels);
  const mapped = await clusterOnManifold(run, filled, filledLabels);
  const streamed = chosen === embedded ? await streamOnce(run, posts, embedded, K) : undefined;

  const purityOf = (scores: readonly Scores[]) => figureOf(scores.map((score) => score.purity)).mean;
  const shown = (value: number) => value.toFixed(3);
  const eddy = streamed
    ? ` Streamed once through Eddy: ${shown(purityOf(streamed.given))}, each post's cluster as given on the way.`
    : "";
  const [worst] = confusedPairs(posts.labels, batch.clusters[0]!, K) as [ConfusedPair];
  return {
    experiment: "newsgroups",
    title: newsgroups.title,
    source: { title: "Newsgroup Clustering with LLM Embeddings", authors: "course notebook, Hugging Face MiniLM" },
    summary: [
      `Purity of K-Means on the embeddings: ${shown(purityOf(batch.scores))} over ${batch.scores.length} seeds; the write-up's own table gives ${shown(purity(published))}.${eddy}`,
      `UMAP to ${manifold.components} components before K-Means: ${shown(purityOf(mapped.scores))}. TF-IDF and K-Means, the method that it improves on: ${shown(purityOf(words.scores))}.`,
      `Most often taken for each other: ${worst.labels.join(" and ")}, ${worst.documents} posts in the batch run with seed 0.`,
    ],
    goals: [
      goal(run, "purity, batch", purityOf(batch.scores), { atLeast: 0.7 }),
      ...(streamed ? [goal(run, "purity, streamed", purityOf(streamed.given), { atLeast: 0.7 })] : []),
      goal(run, "purity, UMAP before K-Means", purityOf(mapped.scores), { atLeast: 0.73 }),
    ],
    sections: [
      postsSection(posts, streamed),
      groupsSection(posts, batch),
      methodsSection(run, { batch, withoutEmpty, words, hybrid, mapped, streamed }),
      await spacesSection(run, filled, filledLabels, withoutEmpty, mapped),
      speedSection(embedded, streamed),
    ],
    facts: {
      model: `${embedded.model}, weights ${embedded.revision}, fp32, ${embedded.maxTokens} tokens`,
      seeds: `0 to ${run.options.seeds - 1}`,
    },
  };
}
