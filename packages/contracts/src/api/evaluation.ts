import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";

const figure = z.number().nullable();

/** `GET /v1/evaluation` */
export const evaluationSchema = z
  .object({
    documents: z.int().describe("With a label: those that the figures speak of."),
    unlabelled: z.int(),
    purity: figure,
    accuracy: figure.describe("One cluster a label, matched for the best."),
    ari: figure,
    nmi: figure,
    v_measure: figure,
    confusion: z
      .object({ labels: z.array(z.string()), clusters: z.array(z.string()), counts: z.array(z.array(z.int())) })
      .describe("`counts[i][j]` documents carry `labels[i]` and lie in `clusters[j]`."),
  })
  .meta({ id: "Evaluation", description: "Figures are null where no document has a label." });

export type EvaluationView = DeepReadonly<z.output<typeof evaluationSchema>>;
