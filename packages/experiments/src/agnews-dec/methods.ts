import { FatalError } from "@eddy/contracts/errors";
import { type DeepSettings, deepClusters } from "../frame/deep-clusters.ts";
import { embedTexts } from "../frame/embeddings.ts";
import { features, tfidfFeatures } from "../frame/features.ts";
import { isPublishedInput } from "../frame/input-name.ts";
import { type Judged, judgedEach, judgedIn } from "../frame/judged.ts";
import { kMeans } from "../frame/k-means.ts";
import type { Matrix } from "../frame/matrix.ts";
import { manifold, umapOf } from "../frame/projected.ts";
import { type Scores, scoresOf } from "../frame/scores.ts";
import type { Material } from "./material.ts";
import { K } from "./settings.ts";

/** A way of clustering the same texts, a run for each seed. */
export interface Method {
  readonly name: string;
  /** Where K-Means or DEC found the clusters, and where the silhouettes are taken. */
  readonly space: string;
  readonly scores: readonly Scores[];
  readonly silhouettes: readonly number[];
}

/** What the write-up recommends or only names, beside what it does. */
export interface Methods {
  readonly plain: Method;
  readonly codes: Method;
  readonly dec: Method;
  readonly idec: Method;
  readonly manifold: Method;
  readonly n2d: Method;
  readonly tfidf?: Method;
  /** DEC on words takes minutes a seed: a quick run leaves them out. */
  readonly hybrid?: readonly Method[];
  readonly mpnet?: readonly Method[];
  /** Why there is none of all-mpnet-base-v2. */
  readonly withoutMpnet?: string;
}

export const MPNET = "sentence-transformers/all-mpnet-base-v2";

export async function compareMethods(material: Material): Promise<Methods> {
  const { run, news, input, inputName, runs, seeds } = material;
  const starts: Found[] = runs.map(({ before, start }) => ({ space: before, clusters: start }));
  const ends: Found[] = runs.map(({ after, clusters }) => ({ space: after, clusters }));
  const mapped = (name: string, points: (seed: number) => Promise<Matrix>) =>
    eachSeed(material, name, "UMAP", async (seed) => {
      const space = await umapOf(run, await points(seed), manifold, seed);
      return { space, clusters: await kMeans(run, space, K, seed) };
    });
  return {
    plain: await plainMethod(material, inputName, input),
    codes: await judge(material, `autoencoder of ${inputName}, K-Means`, "codes", starts),
    dec: await judge(material, `DEC on ${inputName}`, "codes of DEC", ends),
    idec: await deepMethod(material, {
      name: `IDEC on ${inputName}`,
      of: inputName,
      changes: { method: "IDEC" },
    }),
    manifold: await mapped(`UMAP of ${inputName}, K-Means`, async () => input),
    n2d: await mapped(
      "N2D: UMAP of the autoencoder's codes, K-Means",
      async (seed) => runs[seeds.indexOf(seed)]!.before,
    ),
    ...(isPublishedInput(run.options) && {
      tfidf: await plainMethod(material, "TF-IDF", tfidfFeatures(news.plain)),
      ...(!run.options.quick && {
        hybrid: await bothOf(material, "hybrid features", await features(run, news.plain, "hybrid"), 1),
      }),
      ...(await mpnetOf(material)),
    }),
  };
}

interface Found {
  readonly space: Matrix;
  readonly clusters: Int32Array;
}

/** DEC once more with some of its settings changed, or on other points; `of` says so, to people. */
export function deepMethod(
  material: Material,
  { name, of, changes = {}, points = material.input, most }: DeepVariant,
): Promise<Method> {
  const settings = { ...material.settings, ...changes };
  const cluster = async (seed: number) => {
    const { after, clusters } = await deepClusters(material.run, of, points, settings, seed);
    return { space: after, clusters };
  };
  return eachSeed(material, name, `codes of ${settings.method}`, cluster, most);
}

export interface DeepVariant {
  readonly name: string;
  readonly of: string;
  readonly changes?: Partial<DeepSettings>;
  readonly points?: Matrix;
  /** Seeds at most. */
  readonly most?: number;
}

/** Seeds of what is tried beside the main thing, where it takes long. */
export const FEWER_SEEDS = 3;

/** A small sample has one seed here. */
export const rivalSeeds = ({ run, seeds }: Material, most = seeds.length) =>
  seeds.slice(0, run.options.quick ? 1 : most);

const plainMethod = (material: Material, name: string, points: Matrix) =>
  eachSeed(material, `K-Means on ${name}`, name, async (seed) => ({
    space: points,
    clusters: await kMeans(material.run, points, K, seed),
  }));

/** Plain K-Means, and DEC with `most` seeds. */
const bothOf = async (material: Material, of: string, points: Matrix, most: number): Promise<readonly Method[]> => [
  await plainMethod(material, of, points),
  await deepMethod(material, { name: `DEC on ${of}`, of, points, most }),
];

async function mpnetOf(material: Material): Promise<Pick<Methods, "mpnet" | "withoutMpnet">> {
  const { run, news } = material;
  if (run.options.quick) return { withoutMpnet: "a quick run does not fetch it" };
  try {
    const points = await embedTexts(run, news.plain, MPNET);
    return { mpnet: await bothOf(material, "all-mpnet-base-v2", points, FEWER_SEEDS) };
  } catch (error) {
    if (error instanceof FatalError && error.code === "MODEL_UNAVAILABLE") {
      return { withoutMpnet: error.message.split("\n").slice(0, -1).join(" ") };
    }
    throw error;
  }
}

async function eachSeed(
  material: Material,
  name: string,
  space: string,
  cluster: (seed: number) => Promise<Found>,
  most?: number,
): Promise<Method> {
  const found: Found[] = [];
  for (const seed of rivalSeeds(material, most)) found.push(await cluster(seed));
  return judge(material, name, space, found);
}

async function judge({ run, news }: Material, name: string, space: string, found: readonly Found[]): Promise<Method> {
  const of = found.map(({ clusters }) => clusters);
  const spaces = [...new Set(found.map((one) => one.space))];
  const judged = spaces.length === 1 ? await judgedEach(run, spaces[0]!, of) : await judgedApart(run, found);
  return {
    ...{ name, space },
    scores: of.map((clusters) => scoresOf(news.labels, clusters)),
    silhouettes: judged.map(({ silhouette }) => silhouette ?? Number.NaN),
  };
}

async function judgedApart(run: Material["run"], found: readonly Found[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const { space, clusters } of found) judged.push(await judgedIn(run, space, clusters));
  return judged;
}
