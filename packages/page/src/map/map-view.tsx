/** The map: points in WebGL, the clusters' names over them, and what the pointer, fingers and keys do there. */
import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Swatch } from "../parts/swatch.tsx";
import { focus, selection } from "../state/attention.ts";
import { clusters, inkOf, mapHead, points, status, titleOf } from "../state/live.ts";
import { go, hrefOf, route } from "../state/route.ts";
import { isDark } from "../state/theme.ts";
import { count, plural } from "../text/numbers.ts";
import { clusterOf } from "./points.ts";
import { createMapStage, type Hit, type MapStage } from "./stage.ts";

export function MapView() {
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<MapStage>(undefined);
  const [hit, setHit] = useState<Hit>();
  const [lasso, setLasso] = useState(false);
  const [blind, setBlind] = useState(false);

  useEffect(() => {
    const made = createMapStage(box.current!, {
      hover: setHit,
      choose: (row) => {
        const id = row === undefined ? undefined : points.peek().ids[row];
        if (id !== undefined) go(hrefOf.document(id));
        else {
          selection.value = [];
          if (route.peek().document ?? route.peek().cluster) go(hrefOf.view("map"));
        }
      },
      caught: (rows) => {
        const { ids } = points.peek();
        selection.value = rows.map((row) => ids[row]!);
        setLasso(false);
        if (rows.length > 0) go(hrefOf.view("map"));
      },
    });
    if (!made) {
      setBlind(true);
      return;
    }
    stage.current = made;
    const stop = [
      effect(() => made.points(points.value)),
      effect(() =>
        made.look({
          points: points.value,
          inkOf: inkOf.value,
          focus: focus.value,
          chosen: route.value.document,
          dark: isDark.value,
        }),
      ),
      effect(() => made.labels(titleOf.value)),
    ];
    return () => {
      for (const end of stop) end();
      made.close();
    };
  }, []);
  useEffect(() => stage.current?.lasso(lasso), [lasso]);

  const shown = points.value.ids.length;
  const known = typeof mapHead.value === "object" ? mapHead.value : undefined;
  // What came since the last answer is no sample.
  const sampled = known !== undefined && known.shown < 0.95 * known.documents;
  return (
    <section class="map" aria-label="Map of the documents">
      <div
        ref={box}
        class={`stage${lasso ? " lassoing" : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, and goes by keys
        tabIndex={0}
        role="application"
        aria-roledescription="map"
        aria-label={`${plural(shown, "document")} in ${plural(clusters.value?.clusters.length ?? 0, "cluster")}. Arrow keys move the map, plus and minus zoom, 0 shows all. The same documents are in the list of documents.`}
      />
      {blind && (
        <div class="map-word">
          <p>This browser draws no WebGL, so there is no map here.</p>
          <a href={hrefOf.view("documents")}>The list of documents has the same</a>
        </div>
      )}
      {!blind && shown === 0 && <NoMap />}
      {hit && <Tooltip hit={hit} />}
      {shown > 0 && (
        <>
          <div class="map-tools" role="toolbar" aria-label="Map">
            <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => stage.current?.zoom(1.5)}>
              +
            </button>
            <button
              type="button"
              aria-label="Zoom out"
              title="Zoom out (−)"
              onClick={() => stage.current?.zoom(1 / 1.5)}
            >
              −
            </button>
            <button type="button" aria-label="Show all" title="Show all (0)" onClick={() => stage.current?.fit()}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
              </svg>
            </button>
            <button
              type="button"
              aria-label="Lasso: draw around documents"
              title="Lasso: draw around documents (or hold Shift)"
              aria-pressed={lasso}
              onClick={() => setLasso(!lasso)}
            >
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="M8 2.5c3.3 0 6 1.6 6 3.8S11.3 10 8 10 2 8.5 2 6.3 4.7 2.5 8 2.5zM5 9.6c-1.4 1-1 2.4.4 2.3 1.2-.1 1.3 1 .5 2.1" />
              </svg>
            </button>
          </div>
          <p class="map-foot">
            {sampled
              ? `${count(shown)} of ${count(known.documents)} documents, a uniform sample`
              : plural(shown, "document")}
            {known?.layout && ` · ${known.layout.method.toUpperCase()} fitted on ${count(known.layout.fitted_on)}`}
          </p>
        </>
      )}
    </section>
  );
}

function NoMap() {
  const seeding = status.value?.seeding;
  if (mapHead.value === "missing") {
    return (
      <div class="map-word">
        <p>This Eddy serves no map: it is older than the page.</p>
        <a href={hrefOf.view("documents")}>See the documents</a>
      </div>
    );
  }
  if (seeding) {
    return (
      <div class="map-word" role="status">
        <p>
          Eddy is seeding: {count(seeding.have)} of {count(seeding.want)} documents
        </p>
        <progress aria-label="Documents for the first clusters" max={seeding.want} value={seeding.have} />
        <p class="soft">The first clusters come once there are enough, or once the stream is idle.</p>
        {seeding.have === 0 && <a href={hrefOf.view("publish")}>Publish a file</a>}
      </div>
    );
  }
  const head = mapHead.value;
  const words = head && (head.documents > 0 ? "The map is being made" : "The map comes with the first documents");
  return (
    <div class="map-word" role="status">
      <p>{words ?? "Waiting for the map"}</p>
    </div>
  );
}

function Tooltip({ hit }: { hit: Hit }) {
  const all = points.value;
  const cluster = clusterOf(all, hit.row);
  const right = hit.x > hit.width / 2;
  const style = {
    transform: `translate(${Math.round(hit.x)}px, ${Math.round(hit.y)}px) translate(${right ? "calc(-100% - 12px)" : "12px"}, -50%)`,
  };
  return (
    <div class="tooltip" style={style} aria-hidden="true">
      <b>{all.titles[hit.row] || all.ids[hit.row]}</b>
      <span>
        <Swatch ink={inkOf.value(cluster)} /> {titleOf.value(cluster)}
      </span>
    </div>
  );
}
