import type { PointView } from "@eddy/contracts/api/point";
import { useEffect, useRef } from "preact/hooks";
import { ApiFault } from "../api/fault.ts";
import { useAnswer } from "../api/use-answer.ts";
import { BackLink } from "../parts/back-link.tsx";
import { ClusterLink } from "../parts/cluster-link.tsx";
import { Empty, Failed, Loading, sentence } from "../parts/notice.tsx";
import { documentTitle } from "../text/document-title.ts";
import { localTime } from "../text/times.ts";
import { DocumentHistory } from "./document-history.tsx";
import { SimilarDocuments } from "./similar-documents.tsx";

/** One document: its text, its cluster, what became of it, and its like. */
export function DocumentPanel({ id }: { id: string }) {
  const { data, error, reload } = useAnswer<PointView>(`/v1/documents/${encodeURIComponent(id)}`);
  const top = useRef<HTMLElement>(null);
  useEffect(() => top.current?.focus({ preventScroll: true }), []);
  return (
    <section class="panel" ref={top} tabIndex={-1} aria-label="Document">
      <BackLink>{"Back"}</BackLink>
      {error !== undefined && !data && <NotThere error={error} again={reload} />}
      {!data && error === undefined && <Loading rows={6} />}
      {data && <Document document={data} />}
      <DocumentHistory id={id} />
      {data && <SimilarDocuments document={data} />}
    </section>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  deleted: "This document was deleted",
  rejected: "This document was rejected",
  on_its_way: "This document is on its way",
  unknown: "There is no such document",
};

function NotThere({ error, again }: { error: unknown; again: () => void }) {
  const reason = error instanceof ApiFault ? REASONS[String(error.details.reason)] : undefined;
  if (reason === undefined) return <Failed error={error} again={again} />;
  return (
    <Empty title={reason}>
      <p>{sentence((error as ApiFault).message)}</p>
    </Empty>
  );
}

function Document({ document }: { document: PointView }) {
  const { document_id, title, text, cluster_id, distance, margin, source, label, published_at, received_at, metadata } =
    document;
  const facts: [string, string | undefined][] = [
    ["Id", document_id],
    ["Source", source],
    ["Label", label],
    ["Published", published_at && localTime(published_at)],
    ["Received", localTime(received_at)],
    ["Distance to the centre", distance?.toFixed(3)],
    ["Margin to the next cluster", margin?.toFixed(3)],
    ...Object.entries(metadata ?? {}).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ];
  return (
    <article>
      <h2>{title || documentTitle(document)}</h2>
      {cluster_id && (
        <p>
          <ClusterLink id={cluster_id} words={3} />
        </p>
      )}
      {text && <p class="text">{text}</p>}
      {document.truncated && (
        <p class="soft">The text was longer than the model reads: it was clustered by its beginning.</p>
      )}
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </article>
  );
}
