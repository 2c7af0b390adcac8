import { daviesBouldin } from "@eddy/quality/davies-bouldin";
import { digestOf } from "./cache.ts";
import type { Matrix } from "./matrix.ts";
import { json, remember } from "./remember.ts";
import type { Run } from "./run.ts";
import { silhouetteIn } from "./scores.ts";

/** How clusters look in a space, without labels. Null: not defined, as with one cluster. */
export interface Judged {
  readonly silhouette: number | null;
  readonly daviesBouldin: number | null;
}

/** Euclidean; the silhouette by the fixed sample, Davies-Bouldin over all rows. */
export function judgedIn(run: Run, space: Matrix, clusters: ArrayLike<number>): Promise<Judged> {
  const of = digestOf(new Uint8Array(Int32Array.from(clusters).buffer));
  const inputs = { space: space.key, clusters: of };
  return remember(run, { what: "judged", inputs, step: "silhouette", codec: json<Judged>() }, async () => ({
    silhouette: silhouetteIn(space, clusters) ?? null,
    daviesBouldin: daviesBouldin({ points: space.values, width: space.width, clusters }) ?? null,
  }));
}
