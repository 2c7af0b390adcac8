import type { ClusterDetail } from "@eddy/contracts/api/cluster";
import { useEffect, useRef } from "preact/hooks";
import { withQuery } from "../api/request.ts";
import { useAnswer } from "../api/use-answer.ts";
import { BackLink } from "../parts/back-link.tsx";
import { ClusterName } from "../parts/cluster-name.tsx";
import { DocumentList } from "../parts/document-list.tsx";
import { Failed, Loading } from "../parts/notice.tsx";
import { Swatch } from "../parts/swatch.tsx";
import { inkOf } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { plural, share } from "../text/numbers.ts";
import { Trend } from "./trend.tsx";

const SHOWN = 5;

/** One cluster: its name, words, trend, and documents. */
export function ClusterPanel({ id }: { id: string }) {
  const path = withQuery(`/v1/clusters/${encodeURIComponent(id)}`, { limit: SHOWN, newest: SHOWN });
  const { data, error, reload } = useAnswer<ClusterDetail>(path);
  const top = useRef<HTMLElement>(null);
  useEffect(() => top.current?.focus({ preventScroll: true }), []);
  return (
    <section class="panel" ref={top} tabIndex={-1} aria-label={`Cluster ${id}`}>
      <BackLink>{"Back"}</BackLink>
      {error !== undefined && !data && <Failed error={error} again={reload} />}
      {!data && error === undefined && <Loading rows={6} />}
      {data && (
        <>
          <div class="cluster-head">
            <Swatch ink={inkOf.value(id)} />
            <ClusterName cluster={data} renamed={reload} />
          </div>
          <p class="soft">
            {id} · {plural(data.size, "document")} · {share(data.share)} of all
          </p>
          {data.keywords.length > 0 && (
            <ul class="words" aria-label="Keywords">
              {data.keywords.map((word) => (
                <li key={word}>{word}</li>
              ))}
            </ul>
          )}
          <Trend id={id} />
          <h3>Nearest to its centre</h3>
          <DocumentList
            documents={data.nearest}
            withCluster={false}
            note={(document) => distanceOf(data.nearest, document.document_id)}
          />
          {(data.newest ?? []).length > 0 && (
            <>
              <h3>Newest</h3>
              <DocumentList documents={data.newest} withCluster={false} />
            </>
          )}
          <p>
            <a href={hrefOf.view("documents", { cluster: id })}>All its documents</a>
          </p>
        </>
      )}
    </section>
  );
}

function distanceOf(documents: ClusterDetail["nearest"], id: string) {
  const distance = documents.find(({ document_id }) => document_id === id)?.distance;
  return distance === undefined ? null : <span title="Distance to the centre">{distance.toFixed(3)}</span>;
}
