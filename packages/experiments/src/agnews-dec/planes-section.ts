import type { Row, Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import { judgedIn } from "../frame/judged.ts";
import { clusterNames, majorityLabels } from "../frame/majority.ts";
import type { Matrix } from "../frame/matrix.ts";
import { planePicture } from "../frame/pictures.ts";
import { tsneIterations, tsnePlane } from "../frame/projected.ts";
import { scoresOf } from "../frame/scores.ts";
import type { Material } from "./material.ts";
import { published } from "./published.ts";
import { K } from "./settings.ts";

/** The codes before and after DEC as planes, coloured by cluster and by class; seed 0. */
export async function planesSection({ run, news, runs }: Material): Promise<Section> {
  const { before, start, after, clusters } = runs[0]!;
  const planes = [
    { when: "before", plane: await tsnePlane(run, "the codes before DEC", before), of: start, stated: null },
    {
      when: "after",
      plane: await tsnePlane(run, "the codes after DEC", after),
      of: clusters,
      stated: published.silhouette,
    },
  ] as const;
  const rows: Row["cells"][] = [];
  for (const { when, plane, of, stated } of planes) {
    rows.push([`t-SNE plane of the codes ${when} DEC`, (await judgedIn(run, plane, of)).silhouette, stated]);
  }
  const purity = (of: Int32Array) => scoresOf(news.labels, of).purity.toFixed(3);
  return {
    title: "Before and after, seen",
    blocks: [
      ...planes.flatMap(({ when, plane, of }) => pictures(when, plane, of, news.labels)),
      table("Silhouettes in the pictures", ["space", "silhouette", "published"], rows),
      prose(
        `The "clear cluster boundaries" after DEC are drawn by DEC: coloured by class, the islands hold much the same mixture (purity ${purity(start)} before, ${purity(clusters)} after). t-SNE keeps neighbours together; distances between islands and their sizes mean nothing.`,
      ),
      choice(
        `t-SNE: perplexity 30, learning rate by the number of points, from principal components: the defaults of scikit-learn; ${tsneIterations(run)} iterations, seed 0. The write-up says default parameters only.`,
      ),
    ],
  };
}

function pictures(when: string, plane: Matrix, of: Int32Array, labels: readonly string[]) {
  const names = clusterNames(majorityLabels(labels, of, K));
  const made = when === "before" ? "K-Means" : "DEC";
  const caption = `t-SNE of the codes ${when} DEC, seed 0. The axes mean nothing.`;
  return [
    planePicture(
      plane,
      Array.from(of, (cluster) => names[cluster]!),
      {
        name: `${when}-by-cluster`,
        title: `${when === "before" ? "Before" : "After"} DEC, by cluster`,
        caption: `${caption} Colours are the clusters of ${made}, named by their most frequent class.`,
        alt: `Points in ${when === "before" ? "one cloud with four quarters" : "four islands"}, a colour each.`,
      },
    ),
    planePicture(plane, labels, {
      name: `${when}-by-class`,
      title: `${when === "before" ? "Before" : "After"} DEC, by class`,
      caption: `${caption} Colours are the classes.`,
      alt: `The same points; colours mix most where Business meets Sci/Tech.`,
    }),
  ];
}
