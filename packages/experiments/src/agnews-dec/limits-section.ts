import type { Block, Section } from "@eddy/report/report";
import { choice, limit, prose, table } from "../frame/blocks.ts";
import { type DeepClusters, deepClusters } from "../frame/deep-clusters.ts";
import type { Material } from "./material.ts";
import type { Held } from "./memory.ts";

/** A learning rate that no codes survive. */
const RUINOUS_RATE = 0.3;

/** DEC that is made to collapse, so that the detector has something to find. */
export const ruinedRun = ({ run, input, inputName, settings, seeds }: Material): Promise<DeepClusters> =>
  deepClusters(run, `${inputName} at a ruinous rate`, input, { ...settings, clusteringRate: RUINOUS_RATE }, seeds[0]!);

export function limitsSection({ runs, seeds }: Material, ruined: DeepClusters, held: readonly Held[]): Section {
  const row = (name: string, { collapse }: DeepClusters) => [
    name,
    collapse.shares.map((share) => `${(100 * share).toFixed(1)} %`).join(", "),
    collapse.starved.length,
    collapse.twins.length,
    collapse.undecided ? "yes" : "no",
    collapse.collapsed ? "collapsed" : "sound",
  ];
  return {
    title: "Collapse, and memory",
    blocks: [
      table(
        "Collapsed clusters",
        ["", "shares of the clusters", "starved", "twins", "undecided", "verdict"],
        [
          ...runs.map((one, at) => row(`DEC, seed ${seeds[at]}`, one)),
          row(`DEC, seed ${seeds[0]}, at a learning rate of ${RUINOUS_RATE}`, ruined),
        ],
        "Without labels, from the soft assignment: starved clusters have less than a tenth of an equal share; twins are pairs that no text tells apart; undecided means that no text belongs to one cluster more than to the others.",
      ),
      choice(
        "The last row is DEC made to collapse, by a learning rate 300 times the write-up's: a detector that never speaks would show nothing.",
      ),
      ...memoryBlocks(held),
    ],
  };
}

function memoryBlocks(held: readonly Held[]): readonly Block[] {
  if (held.length === 0) return [limit("A quick run leaves out what training holds in memory.")];
  const mib = (bytes: number) => ({ mean: bytes / 2 ** 20, digits: 1, unit: "MiB" });
  return [
    table(
      "Training from a file",
      ["rows", "the file", "most vectors read at once"],
      held.map(({ rows, fileBytes, readBytes }) => [rows, mib(fileBytes), mib(readBytes)]),
      "One epoch of the autoencoder and one of DEC on random directions in a file.",
    ),
    prose(
      'The write-up\'s remedy for "large datasets can overwhelm memory" is smaller subsets. Eddy reads a stack of batches at a time, whatever the number of rows; besides it holds the network and, for each row, its place in the order, its cluster and its soft shares (4, 4 and 16 bytes), and the codes of at most 50,000 rows while K-Means starts.',
    ),
  ];
}
