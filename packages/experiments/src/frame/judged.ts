import { daviesBouldin } from "@eddy/quality/davies-bouldin";
import { silhouettes } from "@eddy/quality/silhouette";
import { digestOf } from "./cache.ts";
import { chosenRows, type Matrix } from "./matrix.ts";
import { json, remember } from "./remember.ts";
import type { Run } from "./run.ts";
import { silhouetteRows } from "./scores.ts";

/** How clusters look in a space, without labels. Null: not defined, as with one cluster. */
export interface Judged {
  readonly silhouette: number | null;
  readonly daviesBouldin: number | null;
}

/** Euclidean; the silhouette by the fixed sample, Davies-Bouldin over all rows. */
export async function judgedIn(run: Run, space: Matrix, clusters: ArrayLike<number>): Promise<Judged> {
  return (await judgedEach(run, space, [clusters]))[0]!;
}

/** The same for several clusterings of one space: its distances, which take the time, are taken once. */
export function judgedEach(
  run: Run,
  space: Matrix,
  clusterings: readonly ArrayLike<number>[],
): Promise<readonly Judged[]> {
  const of = clusterings.map((clusters) => digestOf(new Uint8Array(Int32Array.from(clusters).buffer)));
  const inputs = { space: space.key, clusters: of };
  return remember(run, { what: "judged", inputs, step: "silhouette", codec: json<readonly Judged[]>() }, async () => {
    const rows = silhouetteRows(space.count);
    const sample = chosenRows(space, rows, "sample");
    const found = silhouettes(
      { points: sample.values, width: space.width },
      clusterings.map((clusters) => Int32Array.from(rows, (row) => clusters[row]!)),
    );
    return clusterings.map((clusters, at) => ({
      silhouette: found[at] ?? null,
      daviesBouldin: daviesBouldin({ points: space.values, width: space.width, clusters }) ?? null,
    }));
  });
}
