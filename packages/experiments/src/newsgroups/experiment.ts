import { accuracy } from "@eddy/quality/accuracy";
import { ari } from "@eddy/quality/ari";
import { nmi } from "@eddy/quality/nmi";
import { purity } from "@eddy/quality/purity";
import type { Picture, Prose, Row, Section } from "@eddy/report/report";
import { choice, limit, prose, table } from "../frame/blocks.ts";
import { confusionHeatmap, confusionTable, matched, matchedConfusion } from "../frame/confusions.ts";
import { type Embeddings, embedTexts } from "../frame/embeddings.ts";
import type { Experiment, Findings } from "../frame/experiment.ts";
import { features, TFIDF_WORDS, tfidfFeatures } from "../frame/features.ts";
import { goal } from "../frame/goal.ts";
import { judgedIn } from "../frame/judged.ts";
import { kMeans, startsOf } from "../frame/k-means.ts";
import { chosenRows, type Matrix } from "../frame/matrix.ts";
import { planePicture } from "../frame/pictures.ts";
import { type Manifold, manifold, umapOf } from "../frame/projected.ts";
import { type Run, seedsOf } from "../frame/run.ts";
import { figureOf, SCORE_TITLES, type Scores, scoreCells, scoresOf } from "../frame/scores.ts";
import { type StreamedScores, streamOnce } from "../frame/streamed.ts";
import { type Posts, readPosts } from "./posts.ts";
import { PUBLISHED_RATE, published } from "./published.ts";

const K = 4;
const plane: Manifold = { components: 2, neighbours: 15, minDist: 0.1, metric: "cosine" };

/** A clustering by each seed. */
interface Clusterings {
  readonly clusters: readonly Int32Array[];
  readonly scores: readonly Scores[];
}

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
  return {
    experiment: "newsgroups",
    title: newsgroups.title,
    source: { title: "Newsgroup Clustering with LLM Embeddings", authors: "course notebook, Hugging Face MiniLM" },
    summary: [
      `Purity of K-Means on the embeddings: ${shown(purityOf(batch.scores))} over ${batch.scores.length} seeds; the write-up's own table gives ${shown(purity(published))}.${eddy}`,
      `UMAP to ${manifold.components} components before K-Means: ${shown(purityOf(mapped.scores))}. TF-IDF and K-Means, the method that it improves on: ${shown(purityOf(words.scores))}.`,
      "The two groups on religion overlap whatever is done: their posts share one vocabulary, and no clustering of meanings tells them apart.",
    ],
    goals: [
      goal(run, "purity, batch", purityOf(batch.scores), { atLeast: 0.7 }),
      ...(streamed ? [goal(run, "purity, streamed", purityOf(streamed.given), { atLeast: 0.7 })] : []),
      goal(run, "purity, UMAP before K-Means", purityOf(mapped.scores), { atLeast: 0.73 }),
    ],
    sections: [
      dataSection(posts, streamed),
      tableSection(posts, batch),
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

async function clusterEach(run: Run, points: Matrix, labels: readonly string[]): Promise<Clusterings> {
  const clusters: Int32Array[] = [];
  for (const seed of seedsOf(run)) clusters.push(await kMeans(run, points, K, seed));
  return { clusters, scores: clusters.map((one) => scoresOf(labels, one)) };
}

interface Mapped extends Clusterings {
  /** Of each seed: count × 5. */
  readonly spaces: readonly Matrix[];
}

async function clusterOnManifold(run: Run, points: Matrix, labels: readonly string[]): Promise<Mapped> {
  const spaces: Matrix[] = [];
  const clusters: Int32Array[] = [];
  for (const seed of seedsOf(run)) {
    const space = await umapOf(run, points, manifold, seed);
    spaces.push(space);
    clusters.push(await kMeans(run, space, K, seed));
  }
  return { spaces, clusters, scores: clusters.map((one) => scoresOf(labels, one)) };
}

function dataSection({ ids, labels, filled }: Posts, streamed: StreamedScores | undefined): Section {
  const empty = ids.length - filled.length;
  const kept = new Set(filled);
  const names = [...new Set(labels)].sort();
  const countOf = (name: string, of: (row: number) => boolean) =>
    labels.filter((label, row) => label === name && of(row)).length;
  const refused =
    streamed &&
    Object.entries(streamed.rejected)
      .map(([code, count]) => `${count} ${code}`)
      .join(", ");
  return {
    title: "The posts",
    blocks: [
      prose(
        `${ids.length} posts of four groups (both parts), without headers, footers and quotes, removed as scikit-learn removes them, to the character. ${empty} are empty then.`,
      ),
      table(
        "Posts of each group",
        ["group", "posts", "empty", "left"],
        names.map((name) => [
          name,
          countOf(name, () => true),
          countOf(name, (row) => !kept.has(row)),
          countOf(name, (row) => kept.has(row)),
        ]),
      ),
      choice(
        `The write-up embeds the empty posts with the others, and so does the batch run here: ${ids.length} rows. ${
          streamed
            ? `The stream refuses them into the dead letters (${refused || "none"}) and clusters ${ids.length - empty}.`
            : "The stream would refuse them."
        }`,
      ),
    ],
  };
}

function tableSection({ labels, filled }: Posts, batch: Clusterings): Section {
  const ours = matchedConfusion(labels, batch.clusters[0]!);
  const theirs = matched(published);
  const picture: Picture = {
    kind: "picture",
    name: "groups-by-clusters",
    title: "Groups by clusters",
    caption: "Posts of each group in each cluster, seed 0, shaded by their share of the group.",
    alt: "A table of shades: comp.graphics and sci.space lie mostly in a cluster each, the two groups on religion together.",
    chart: confusionHeatmap(ours),
  };
  return {
    title: "Groups by clusters",
    blocks: [
      confusionTable(
        "C[i, j], here",
        ours,
        "Seed 0. Columns are in the order of the best one-to-one match with the rows.",
      ),
      confusionTable("C[i, j], published", theirs, "As printed in the write-up, its columns in the same order."),
      picture,
      ...emptyCluster(batch.clusters[0]!, filled),
    ],
  };
}

/** A remark, where most of a cluster are posts without a word. */
function emptyCluster(clusters: Int32Array, filled: readonly number[]): readonly Prose[] {
  const kept = new Set(filled);
  const sizes = new Int32Array(K);
  const empty = new Int32Array(K);
  for (const [row, cluster] of clusters.entries()) {
    sizes[cluster]! += 1;
    if (!kept.has(row)) empty[cluster]! += 1;
  }
  const most = empty.indexOf(Math.max(...empty));
  if (empty[most]! * 2 <= sizes[most]!) return [];
  return [
    prose(
      `K-Means spends a cluster on the empty posts: ${empty[most]} of the ${sizes[most]} in cluster ${most} have no word left, and lie on one spot. So it has three for four groups, and the table of the write-up, whose K-Means started once, may or may not have found that optimum. Without the empty posts, as the stream clusters them, all four are for the groups.`,
    ),
  ];
}

interface Methods {
  readonly batch: Clusterings;
  readonly withoutEmpty: Clusterings;
  readonly words: Clusterings;
  readonly hybrid: Clusterings;
  readonly mapped: Mapped;
  readonly streamed: StreamedScores | undefined;
}

function methodsSection(run: Run, methods: Methods): Section {
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
        `TF-IDF: the ${TFIDF_WORDS} most frequent words but for English stop words. UMAP: ${manifold.neighbours} neighbours, cosine, min_dist 0; scikit-learn and umap-learn reach 0.702 and 0.739.`,
      ),
      ...(streamed ? [] : [limit("Eddy streams embeddings: with other features there is no streamed row.")]),
    ],
  };
}

async function spacesSection(
  run: Run,
  filled: Matrix,
  labels: readonly string[],
  { clusters }: Clusterings,
  mapped: Mapped,
): Promise<Section> {
  const map = await umapOf(run, filled, plane, 0);
  const coloured = (by: "group" | "cluster", of: ArrayLike<string>): Picture =>
    planePicture(map, of, {
      name: `map-by-${by}`,
      title: `By ${by}`,
      caption:
        "UMAP of the embeddings to two dimensions (15 neighbours, cosine, seed 0), without the empty posts. The axes mean nothing.",
      alt: `A cloud of points in three islands, coloured by ${by}: graphics, space, and religion, in which two groups mix.`,
    });
  const silhouettes = async (spaces: readonly Matrix[], clusterings: readonly Int32Array[]) => {
    const values: number[] = [];
    for (const [at, one] of clusterings.entries()) {
      values.push((await judgedIn(run, spaces[at] ?? spaces[0]!, one)).silhouette ?? Number.NaN);
    }
    return figureOf(values);
  };
  return {
    title: "In space",
    blocks: [
      coloured("group", labels),
      coloured("cluster", Array.from(mapped.clusters[0]!, String)),
      table(
        "Silhouettes",
        ["clusters", "space", "silhouette"],
        [
          ["K-Means on the embeddings", `embeddings, ${filled.width} wide`, await silhouettes([filled], clusters)],
          ["K-Means on UMAP", `UMAP, ${manifold.components} wide`, await silhouettes(mapped.spaces, mapped.clusters)],
          ["K-Means on UMAP", `embeddings, ${filled.width} wide`, await silhouettes([filled], mapped.clusters)],
        ],
        "Exact, Euclidean. A silhouette judges clusters in one space; figures of different spaces can't be compared: UMAP draws islands apart by design.",
      ),
    ],
  };
}

function speedSection(embedded: Embeddings, streamed: StreamedScores | undefined): Section {
  return {
    title: "Speed",
    blocks: [
      table(
        "Documents a second",
        ["", "documents/s"],
        [
          ["published: embedding on a T4 GPU, one text a call", PUBLISHED_RATE],
          ["embedding here, fp32 on the processor, in batches", { mean: embedded.documentsPerSecond, digits: 0 }],
          ...(streamed
            ? [
                [
                  "Eddy's pipeline with the vectors ready, documents to assignments",
                  { mean: streamed.documentsPerSecond, digits: 0 },
                ] as const,
              ]
            : []),
        ],
        `As measured when they were made, with whatever else the machine had to do. ${embedded.truncated} posts are longer than the ${embedded.maxTokens} tokens that the model reads.`,
      ),
    ],
  };
}
