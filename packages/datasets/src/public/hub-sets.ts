import type { PublicDocument } from "./public-set.ts";

/** A public data set on the Hugging Face hub, and what its rows mean. */
export interface HubSet {
  /** Of the file that is written: `<name>.jsonl.gz`. */
  readonly name: string;
  readonly repository: string;
  /** Which configurations of it, by name, and the label of all their rows; undefined: the column `label` says. */
  labelOf(configuration: string): { readonly label?: string } | undefined;
  /** By the column `label`. */
  readonly labels: readonly string[];
}

const every = () => ({});

export const hubSets: readonly HubSet[] = [
  {
    name: "ag_news",
    repository: "fancyzhx/ag_news",
    labelOf: every,
    labels: ["World", "Sports", "Business", "Sci/Tech"],
  },
  { name: "imdb", repository: "stanfordnlp/imdb", labelOf: every, labels: ["neg", "pos"] },
  {
    name: "twenty_newsgroups",
    repository: "google-research-datasets/newsgroup",
    // One configuration a group; "bydate" is the one that is split by date.
    labelOf: (configuration) => (configuration.startsWith("bydate_") ? { label: configuration.slice(7) } : undefined),
    labels: [],
  },
];

/** A row of the hub as ours. IMDB's rows without a label (-1, its `unsupervised` part) are none. */
export function documentOf(
  set: HubSet,
  row: Readonly<Record<string, unknown>>,
  place: { readonly split: string; readonly label?: string; readonly index: number },
): PublicDocument | undefined {
  const { split, index } = place;
  if (split !== "train" && split !== "test") return undefined;
  const label = place.label ?? set.labels[Number(row.label)];
  if (label === undefined || typeof row.text !== "string") return undefined;
  return { id: [split, ...(place.label ? [place.label] : []), index].join("/"), text: row.text, label, split };
}
