import { useEffect, useRef } from "preact/hooks";
import { Header } from "./parts/header.tsx";
import { KeyDialog } from "./parts/key-dialog.tsx";
import { useDrop } from "./publish/drop.ts";
import { route, type View } from "./state/route.ts";
import { ClustersView } from "./views/clusters-view.tsx";
import { DocumentsView } from "./views/documents-view.tsx";
import { EventsView } from "./views/events-view.tsx";
import { ExploreView } from "./views/explore-view.tsx";
import { FlowView } from "./views/flow-view.tsx";
import { PublishView } from "./views/publish-view.tsx";
import { RejectedView } from "./views/rejected-view.tsx";

const VIEWS: Readonly<Record<View, () => preact.JSX.Element>> = {
  map: ExploreView,
  documents: DocumentsView,
  clusters: ClustersView,
  flow: FlowView,
  rejected: RejectedView,
  events: EventsView,
  publish: PublishView,
};

export function App() {
  const { view } = route.value;
  const Shown = VIEWS[view];
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const dropping = useDrop();
  // Whoever goes by keyboard or hears the page goes on where the new view begins.
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header />
      <main ref={main} id="main" tabIndex={-1} class={`view view-${view}`}>
        <Shown />
      </main>
      {dropping && <div class="dropping">Drop files to publish them</div>}
      <KeyDialog />
    </>
  );
}
