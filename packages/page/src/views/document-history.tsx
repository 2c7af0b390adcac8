import type { DocumentEvent, DocumentHistory as History } from "@eddy/contracts/api/document-history";
import { useAnswer } from "../api/use-answer.ts";
import { Ago } from "../parts/ago.tsx";
import { ClusterLink } from "../parts/cluster-link.tsx";
import { Failed, sentence } from "../parts/notice.tsx";
import { localTime } from "../text/times.ts";

const KINDS: Readonly<Record<DocumentEvent["kind"], string>> = {
  received: "received",
  clustered: "put into",
  deleted: "deleted",
  rejected: "rejected",
};
const EVERY_MS = 15_000;

/** What became of a document, the newest first; nothing where it is not served. */
export function DocumentHistory({ id }: { id: string }) {
  const { data, error, missing } = useAnswer<History>(`/v1/documents/${encodeURIComponent(id)}/history`, EVERY_MS);
  if (missing || (!data && error === undefined)) return null;
  if (!data) return <Failed error={error} />;
  if (data.events.length === 0) return null;
  return (
    <>
      <h3>History</h3>
      <ol class="history">
        {data.events.map((event, at) => (
          <li key={at}>
            <span>
              {KINDS[event.kind]} {event.cluster_id && <ClusterLink id={event.cluster_id} />}
              {event.code && <code>{event.code}</code>}
            </span>
            <Ago at={event.at} />
            {event.message && <p class="soft">{sentence(event.message)}</p>}
          </li>
        ))}
      </ol>
      {!data.complete && (
        <p class="soft">
          What came before {data.searched_from ? localTime(data.searched_from) : "that"} is no longer kept, or was not
          searched.
        </p>
      )}
    </>
  );
}
