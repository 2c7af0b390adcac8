import type { ClusterView } from "@eddy/contracts/api/cluster";
import { useEffect, useRef, useState } from "preact/hooks";
import { isMissingRoute } from "../api/fault.ts";
import { request } from "../api/request.ts";
import { refresh } from "../state/live.ts";
import { clusterTitle } from "../text/cluster-title.ts";
import { Failed, Missing } from "./notice.tsx";

/** As the API has it. */
const LONGEST = 200;

/** What a cluster is called, to be changed in its place: Enter keeps, Escape leaves it, nothing takes the name back. */
export function ClusterName({ cluster, renamed }: { cluster: ClusterView; renamed: () => void }) {
  const [writing, setWriting] = useState(false);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => field.current?.select(), [writing]);

  function leave(): void {
    setWriting(false);
    setError(undefined);
    setTimeout(() => button.current?.focus());
  }

  async function keep(name: string): Promise<void> {
    if (name === (cluster.name ?? "")) return leave();
    setBusy(true);
    try {
      await request(`/v1/clusters/${encodeURIComponent(cluster.cluster_id)}/name`, { method: "PUT", body: { name } });
      renamed();
      refresh();
      leave();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  if (!writing) {
    return (
      <>
        <h2>{clusterTitle(cluster)}</h2>
        <button ref={button} type="button" class="quiet" onClick={() => setWriting(true)}>
          Rename
        </button>
      </>
    );
  }
  return (
    <form
      class="rename"
      onSubmit={(event) => {
        event.preventDefault();
        void keep(field.current!.value.trim());
      }}
    >
      <input
        ref={field}
        type="text"
        aria-label={`Name of cluster ${cluster.cluster_id}`}
        placeholder="Name; nothing takes it back"
        maxLength={LONGEST}
        defaultValue={cluster.name ?? ""}
        onKeyDown={(event) => {
          if (event.key === "Escape") leave();
        }}
      />
      <button type="submit" class="primary" disabled={busy}>
        Keep
      </button>
      <button type="button" class="quiet" onClick={leave}>
        Cancel
      </button>
      {error !== undefined && (isMissingRoute(error) ? <Missing what="renaming" /> : <Failed error={error} />)}
    </form>
  );
}
