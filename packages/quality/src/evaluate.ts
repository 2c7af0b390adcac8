import { accuracy } from "./accuracy.ts";
import { ari } from "./ari.ts";
import { type Confusion, confusion, type LabelledPair } from "./confusion.ts";
import { nmi } from "./nmi.ts";
import { purity } from "./purity.ts";

/** What `eddy evaluate --json` prints. Figures are null where no document has a label. */
export interface Evaluation {
  /** Documents with a label: those that the figures speak of. */
  readonly documents: number;
  readonly unlabelled: number;
  readonly purity: number | null;
  /** One cluster a label, matched for the best; what is left over is an error. */
  readonly accuracy: number | null;
  readonly ari: number | null;
  /** Normalised by the arithmetic mean, so equal to `v_measure`. */
  readonly nmi: number | null;
  readonly v_measure: number | null;
  readonly confusion: Confusion;
}

/** Holds labels that came with the documents against their clusters. An empty label counts as none. */
export function evaluate(pairs: Iterable<{ readonly label?: string; readonly cluster: string }>): Evaluation {
  const labelled: LabelledPair[] = [];
  let unlabelled = 0;
  for (const { label, cluster } of pairs) {
    if (label) labelled.push({ label, cluster });
    else unlabelled++;
  }
  const table = confusion(labelled);
  const documents = labelled.length;
  if (documents === 0) {
    const none = { purity: null, accuracy: null, ari: null, nmi: null, v_measure: null };
    return { documents, unlabelled, ...none, confusion: table };
  }
  const v = nmi(table).nmi;
  return {
    documents,
    unlabelled,
    purity: purity(table),
    accuracy: accuracy(table),
    ari: ari(table),
    nmi: v,
    v_measure: v,
    confusion: table,
  };
}
