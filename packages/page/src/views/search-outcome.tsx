import type { Classification } from "@eddy/contracts/api/classification";
import type { Search } from "@eddy/contracts/api/search";
import { ApiFault, isMissingRoute } from "../api/fault.ts";
import { ClusterLink } from "../parts/cluster-link.tsx";
import { DocumentList } from "../parts/document-list.tsx";
import { Empty, Failed, Loading, Missing } from "../parts/notice.tsx";
import { points, status } from "../state/live.ts";
import { outcome, searchText } from "../state/search.ts";
import { count } from "../text/numbers.ts";

/** What came of what is typed into the search box. */
export function SearchOutcome() {
  const now = outcome.value;
  return (
    <section class="panel" aria-label="Results" aria-live="polite" aria-busy={now.kind === "asking"}>
      {now.kind === "asking" && <Loading />}
      {now.kind === "failed" && <Refused error={now.error} />}
      {now.kind === "found" && <Found search={now.search} />}
      {now.kind === "classified" && <Classified found={now.classification} />}
    </section>
  );
}

function Refused({ error }: { error: unknown }) {
  if (isMissingRoute(error)) return <Missing what="search" />;
  const seeding = status.value?.seeding;
  if (error instanceof ApiFault && error.code === "NO_MODEL" && seeding) {
    return (
      <Empty title={`Eddy is seeding: ${count(seeding.have)} of ${count(seeding.want)} documents`}>
        <p>There are no clusters until then.</p>
      </Empty>
    );
  }
  return <Failed error={error} />;
}

function Found({ search }: { search: Search }) {
  const { by, documents } = search;
  if (documents.length === 0) {
    return (
      <Empty title={`No document holds ${/\s/.test(searchText.value.trim()) ? "all these words" : "this word"}`}>
        {by === "word" && <p>By meaning, something near may be there.</p>}
      </Empty>
    );
  }
  const onMap = documents.filter(({ document_id }) => points.value.row.has(document_id)).length;
  return (
    <>
      <h2>
        {by === "meaning"
          ? "Nearest by meaning"
          : documents.length === 1
            ? "1 match"
            : `${documents.length} newest matches`}
        <small> {onMap === documents.length ? "all on the map" : `${onMap} of ${documents.length} on the map`}</small>
      </h2>
      <DocumentList documents={documents} note={({ document_id }) => scoreOf(search, document_id)} />
    </>
  );
}

function scoreOf({ documents }: Search, id: string) {
  const score = documents.find(({ document_id }) => document_id === id)?.score;
  return score === undefined ? null : <span title="Cosine of question and document">{score.toFixed(2)}</span>;
}

function Classified({ found }: { found: Classification }) {
  const all = [found, ...found.alternatives];
  const farthest = Math.max(...all.map(({ distance }) => distance), 1e-9);
  return (
    <>
      <h2>Which cluster?</h2>
      <p class="verdict">
        <ClusterLink id={found.cluster_id} words={4} />
      </p>
      <p class="soft">
        {all.length > 1 && found.margin < 0.02
          ? "It lies between two clusters: the second is nearly as near."
          : "Nothing of what you type is kept."}
      </p>
      <table class="near">
        <thead>
          <tr>
            <th scope="col">Cluster</th>
            <th scope="col">Distance</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ cluster_id, distance }) => (
            <tr key={cluster_id}>
              <td>
                <ClusterLink id={cluster_id} />
              </td>
              <td>
                <span class="bar">
                  <i style={{ width: `${(100 * distance) / farthest}%` }} />
                </span>
                {distance.toFixed(3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
