import type { Figure, Picture, Section } from "@eddy/report/report";
import { table } from "../frame/blocks.ts";
import { judgedEach } from "../frame/judged.ts";
import type { Matrix } from "../frame/matrix.ts";
import { planePicture } from "../frame/pictures.ts";
import { type Manifold, manifold, umapOf } from "../frame/projected.ts";
import type { Run } from "../frame/run.ts";
import { figureOf } from "../frame/scores.ts";
import type { Clusterings, Mapped } from "./clusterings.ts";

const plane: Manifold = { components: 2, neighbours: 15, minDist: 0.1, metric: "cosine" };

/** @param filled the posts that are not empty */
export async function spacesSection(
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
      caption: `UMAP to two dimensions (${plane.neighbours} neighbours, cosine, seed 0), without the empty posts. The axes mean nothing.`,
      alt: `A cloud of points, one a post, coloured by ${by}.`,
    });
  const input = `input, ${filled.width} wide`;
  const silhouette = (judged: readonly { readonly silhouette: number | null }[]): Figure =>
    figureOf(judged.map((one) => one.silhouette ?? Number.NaN));
  const [direct, onMap] = [await judgedEach(run, filled, clusters), await judgedEach(run, filled, mapped.clusters)];
  const inMaps = [];
  for (const [at, space] of mapped.spaces.entries())
    inMaps.push(...(await judgedEach(run, space, [mapped.clusters[at]!])));
  return {
    title: "In space",
    blocks: [
      coloured("group", labels),
      coloured("cluster", Array.from(mapped.clusters[0]!, String)),
      table(
        "Silhouettes",
        ["clusters", "space", "silhouette"],
        [
          ["K-Means on the input", input, silhouette(direct)],
          ["K-Means on UMAP", `UMAP, ${manifold.components} wide`, silhouette(inMaps)],
          ["K-Means on UMAP", input, silhouette(onMap)],
        ],
        "Exact, Euclidean. A silhouette judges clusters in one space; figures of different spaces can't be compared: UMAP draws islands apart by design.",
      ),
    ],
  };
}
