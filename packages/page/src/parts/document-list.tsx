import type { Excerpt } from "@eddy/contracts/api/point";
import type { ComponentChildren } from "preact";
import { hrefOf } from "../state/route.ts";
import { documentTitle } from "../text/document-title.ts";
import { Ago } from "./ago.tsx";
import { ClusterLink } from "./cluster-link.tsx";

export type Listed = Excerpt & { readonly cluster_id?: string };

/** Documents, each a link to its own panel. */
export function DocumentList({
  documents,
  note,
  withCluster = true,
}: {
  documents: readonly Listed[];
  /** At the end of a row. */
  note?: (document: Listed, at: number) => ComponentChildren;
  withCluster?: boolean;
}) {
  return (
    <ul class="documents">
      {documents.map((document, at) => (
        <li key={document.document_id}>
          <a class="document-title" href={hrefOf.document(document.document_id)}>
            {documentTitle(document)}
          </a>
          {document.title && document.text && <p class="excerpt">{document.text}</p>}
          <p class="document-about">
            {withCluster && document.cluster_id && <ClusterLink id={document.cluster_id} />}
            {document.source && <span>{document.source}</span>}
            <Ago at={document.received_at} />
            {note && <span class="note">{note(document, at)}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}
