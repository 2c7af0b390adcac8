import type { Prose, Section } from "@eddy/report/report";
import { choice, prose, table } from "../frame/blocks.ts";
import { judgedIn } from "../frame/judged.ts";
import { clusterNames, majorityLabels } from "../frame/majority.ts";
import type { Matrix } from "../frame/matrix.ts";
import { planePicture } from "../frame/pictures.ts";
import { tsneIterations, tsnePlane } from "../frame/projected.ts";
import { figureOf, scoresOf } from "../frame/scores.ts";
import { type LexicalSpace, PLANE } from "./lexical-section.ts";
import type { Material } from "./material.ts";
import { published } from "./published.ts";
import { K } from "./settings.ts";

/** The codes before and after DEC as planes, coloured by cluster and by class; seed 0. */
export async function planesSection({ run, news, runs }: Material, lexical: readonly LexicalSpace[]): Promise<Section> {
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
  const seen: Seen[] = [];
  for (const { when, plane, of, stated } of planes) {
    const { silhouette } = await judgedIn(run, plane, of);
    seen.push({ name: `t-SNE plane of the codes ${when} DEC`, silhouette: silhouette ?? Number.NaN, stated });
  }
  for (const { name, silhouettes } of lexical.filter((space) => space.name === PLANE)) {
    seen.push({ name, silhouette: figureOf(silhouettes).mean, stated: published.tfidfSilhouette });
  }
  const purity = (of: Int32Array) => scoresOf(news.labels, of).purity.toFixed(3);
  return {
    title: "Before and after, seen",
    blocks: [
      ...planes.flatMap(({ when, plane, of }) => pictures(when, plane, of, news.labels)),
      table(
        "Silhouettes in the pictures",
        ["space", "silhouette", "published"],
        seen.map(({ name, silhouette, stated }) => [name, silhouette, stated]),
      ),
      ...planeFit(seen),
      prose(
        `The "clear cluster boundaries" after DEC are drawn by DEC: coloured by class, the islands hold much the same mixture (purity ${purity(start)} before, ${purity(clusters)} after). t-SNE keeps neighbours together; distances between islands and their sizes mean nothing.`,
      ),
      choice(
        `t-SNE: perplexity 30, learning rate by the number of points, from principal components: the defaults of scikit-learn; ${tsneIterations(run)} iterations, seed 0. The write-up says default parameters only.`,
      ),
    ],
  };
}

/** A silhouette of the clusters that a picture shows, in the picture's plane. */
export interface Seen {
  readonly name: string;
  readonly silhouette: number;
  readonly stated: number | null;
}

/** Off by less, a figure fits what was published: runs of other libraries differ by as much. */
const FITS = 0.03;

/** Where the published silhouettes seem to come from, if all of them fit. */
export function planeFit(seen: readonly Seen[]): readonly Prose[] {
  const held = seen.filter((one): one is Seen & { readonly stated: number } => one.stated !== null);
  if (held.length < 2 || held.some(({ silhouette, stated }) => !(Math.abs(silhouette - stated) < FITS))) return [];
  const beside = held.map(({ name, silhouette, stated }) => `${silhouette.toFixed(2)} beside ${stated} (${name})`);
  return [
    prose(
      `Here is where the published silhouettes fit: ${beside.join(", ")}. So it seems that they were taken in the planes of the pictures. t-SNE draws islands of whatever it is given; a silhouette there is one of the drawing.`,
    ),
  ];
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
