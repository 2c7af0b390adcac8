import type { PointPage, PointView } from "@eddy/contracts/api/point";
import { useEffect, useState } from "preact/hooks";
import { request, withQuery } from "../api/request.ts";
import { DocumentList } from "../parts/document-list.tsx";
import { Empty, Failed, Loading } from "../parts/notice.tsx";
import { clusters, titleOf } from "../state/live.ts";
import { go, hrefOf, route } from "../state/route.ts";

const PAGE = 50;
const EXCERPT = 300;
const WORDS = { text: "Words", source: "Source", label: "Label" } as const;
const DAYS = { from: "Published from", to: "to" } as const;

/** The documents as a list, page by page: what the map shows, for the keyboard and for those who don't see. */
export function DocumentsView() {
  const { filter } = route.value;
  const path = withQuery("/v1/documents", { ...filter, limit: PAGE });
  return (
    <>
      <h2>Documents</h2>
      <Filters filter={filter} />
      <Pages key={path} path={path} filtered={Object.keys(filter).length > 0} />
    </>
  );
}

function Filters({ filter }: { filter: Readonly<Record<string, string>> }) {
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget as HTMLFormElement);
        const fields = [...given].map(([name, value]): [string, string] => [name, String(value).trim()]);
        go(hrefOf.view("documents", Object.fromEntries(fields)));
      }}
    >
      <label>
        Cluster
        <select
          name="cluster"
          value={filter.cluster ?? ""}
          onChange={({ currentTarget }) => currentTarget.form?.requestSubmit()}
        >
          <option value="">All</option>
          {clusters.value?.clusters.map(({ cluster_id }) => (
            <option key={cluster_id} value={cluster_id} selected={filter.cluster === cluster_id}>
              {cluster_id}: {titleOf.value(cluster_id)}
            </option>
          ))}
        </select>
      </label>
      {Object.entries(WORDS).map(([name, words]) => (
        <label key={name}>
          {words}
          <input key={filter[name]} name={name} type="text" defaultValue={filter[name] ?? ""} />
        </label>
      ))}
      {Object.entries(DAYS).map(([name, words]) => (
        <label key={name}>
          {words}
          <input key={filter[name]} name={name} type="date" defaultValue={filter[name] ?? ""} />
        </label>
      ))}
      <button type="submit">Filter</button>
      {Object.keys(filter).length > 0 && <a href={hrefOf.view("documents")}>Clear</a>}
    </form>
  );
}

interface Loaded {
  readonly documents: readonly PointView[];
  readonly next: string | null;
}

function Pages({ path, filtered }: { path: string; filtered: boolean }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(true);

  async function load(after: string | undefined, signal?: AbortSignal): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const more = after === undefined ? path : `${path}&after=${after}`;
      const page = await request<PointPage>(more, signal ? { signal } : {});
      setLoaded((before) => ({
        documents: after === undefined ? page.documents : [...(before?.documents ?? []), ...page.documents],
        next: page.next,
      }));
    } catch (failure) {
      if (!signal?.aborted) setError(failure);
    } finally {
      setBusy(false);
    }
  }
  useEffect(() => {
    const left = new AbortController();
    void load(undefined, left.signal);
    return () => left.abort();
  }, []);

  if (!loaded)
    return error === undefined ? <Loading rows={8} /> : <Failed error={error} again={() => void load(undefined)} />;
  if (loaded.documents.length === 0) {
    return (
      <Empty title={filtered ? "No document passes these filters" : "No documents yet"}>
        <a href={filtered ? hrefOf.view("documents") : hrefOf.view("publish")}>
          {filtered ? "Show all" : "Publish a file"}
        </a>
      </Empty>
    );
  }
  return (
    <>
      <DocumentList
        documents={loaded.documents.map((document) => ({ ...document, text: document.text?.slice(0, EXCERPT) }))}
        note={({ label }) => label}
      />
      {error !== undefined && <Failed error={error} />}
      {loaded.next !== null && (
        <button type="button" disabled={busy} onClick={() => void load(loaded.next ?? undefined)}>
          {busy ? "Loading" : "More"}
        </button>
      )}
    </>
  );
}
