import { inkOf, titleOf } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { Swatch } from "./swatch.tsx";

/** A cluster's mark and what it is called (or its id, which no event changes), to go to it. */
export function ClusterLink({ id, words = 2, asId = false }: { id: string; words?: number; asId?: boolean }) {
  return (
    <a class="cluster-link" href={hrefOf.cluster(id)} title={asId ? titleOf.value(id) : `Cluster ${id}`}>
      <Swatch ink={inkOf.value(id)} />
      <span>{asId ? id : titleOf.value(id, words)}</span>
    </a>
  );
}
