import { inkOf, titleOf } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { Swatch } from "./swatch.tsx";

/** A cluster's mark and what it is called, to go to it. */
export function ClusterLink({ id, words = 2 }: { id: string; words?: number }) {
  return (
    <a class="cluster-link" href={hrefOf.cluster(id)} title={`Cluster ${id}`}>
      <Swatch ink={inkOf.value(id)} />
      <span>{titleOf.value(id, words)}</span>
    </a>
  );
}
