import { MapView } from "../map/map-view.tsx";
import { selection } from "../state/attention.ts";
import { route } from "../state/route.ts";
import { outcome } from "../state/search.ts";
import { ClusterPanel } from "./cluster-panel.tsx";
import { DocumentPanel } from "./document-panel.tsx";
import { Legend } from "./legend.tsx";
import { SearchBox } from "./search-box.tsx";
import { SearchOutcome } from "./search-outcome.tsx";
import { SelectionPanel } from "./selection-panel.tsx";

/** The map, and beside it what one looks at. */
export function ExploreView() {
  return (
    <>
      <MapView />
      <aside class="side" aria-label="Clusters and documents">
        <SearchBox />
        <Beside />
      </aside>
    </>
  );
}

function Beside() {
  const { document, cluster } = route.value;
  if (document !== undefined) return <DocumentPanel key={document} id={document} />;
  if (cluster !== undefined) return <ClusterPanel key={cluster} id={cluster} />;
  if (selection.value.length > 0) return <SelectionPanel />;
  return outcome.value.kind === "nothing" ? <Legend /> : <SearchOutcome />;
}
