import type { Section } from "@eddy/report/report";
import { choice, prose, table, wrong } from "../frame/blocks.ts";
import { judgedIn } from "../frame/judged.ts";
import { clusterNames, majorityLabels } from "../frame/majority.ts";
import { planePicture } from "../frame/pictures.ts";
import { tsneIterations, tsnePlane } from "../frame/projected.ts";
import type { Run } from "../frame/run.ts";
import type { Encoders } from "./encoders.ts";
import { K } from "./settings.ts";

/** t-SNE of the codes, coloured by cluster and by label; of the untrained encoder too. */
export async function planesSection(
  run: Run,
  labels: readonly string[],
  { trained, untrained }: Encoders,
): Promise<Section> {
  const plane = await tsnePlane(run, "the trained encoder's codes", trained.space);
  const first = await tsnePlane(run, "the untrained encoder's codes", untrained.space);
  const names = clusterNames(majorityLabels(labels, trained.clusters, K));
  const caption = "t-SNE of the codes, seed 0. The axes mean nothing.";
  const silhouette = async (...of: Parameters<typeof judgedIn>) => (await judgedIn(...of)).silhouette;
  return {
    title: "Seen",
    blocks: [
      planePicture(
        plane,
        Array.from(trained.clusters, (cluster) => names[cluster]!),
        {
          name: "by-cluster",
          title: "By cluster",
          caption: `${caption} Colours are K-Means' clusters, as in the write-up, named by their most frequent class.`,
          alt: "A cloud of points in four colours, each in a region of its own.",
        },
      ),
      planePicture(plane, labels, {
        name: "by-class",
        title: "By class",
        caption: `${caption} Colours are the classes.`,
        alt: "The same points; the regions are much the same, with strays, most where Business meets Sci/Tech.",
      }),
      planePicture(first, labels, {
        name: "untrained-by-class",
        title: "Untrained, by class",
        caption: `${caption} The encoder's first weights; colours are the classes.`,
        alt: "The classes form regions here as well.",
      }),
      table(
        "Silhouettes of K-Means' clusters",
        ["encoder", "in the codes", "in the t-SNE plane"],
        [
          ["untrained", untrained.judged.silhouette, await silhouette(run, first, untrained.clusters)],
          ["trained", trained.judged.silhouette, await silhouette(run, plane, trained.clusters)],
        ],
        "Seed 0.",
      ),
      wrong(
        '"If you notice separate groups or areas in your plot, it indicates that the model was successful": coloured by K-Means\' own clusters, areas are there whatever the model does. Only colours that K-Means did not choose, the classes, tell.',
      ),
      prose("The encoder's first, random weights give a picture with regions of classes too: they are MiniLM's doing."),
      choice(
        `t-SNE with scikit-learn's defaults: perplexity 30, from principal components; ${tsneIterations(run)} iterations.`,
      ),
    ],
  };
}
