import { Empty, Loading } from "../parts/notice.tsx";
import { Swatch } from "../parts/swatch.tsx";
import { hoveredCluster } from "../state/attention.ts";
import { clusters, inkOf, status } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { compact, count, plural, share } from "../text/numbers.ts";

/** The clusters, the largest first: hover lifts one out on the map, a click opens it. */
export function Legend() {
  const list = clusters.value;
  if (!list) return <Loading rows={8} />;
  if (list.clusters.length === 0) {
    const seeding = status.value?.seeding ?? list.seeding;
    return (
      <Empty
        title={
          seeding ? `Eddy is seeding: ${count(seeding.have)} of ${count(seeding.want)} documents` : "No clusters yet"
        }
      >
        <p>Clusters come with the first documents.</p>
        <a href={hrefOf.view("publish")}>Publish a file</a>
      </Empty>
    );
  }
  return (
    <section class="panel" aria-label="Clusters">
      <h2>
        {plural(list.clusters.length, "cluster")} <small>{plural(list.documents, "document")}</small>
      </h2>
      <ul class="legend" onMouseLeave={() => void (hoveredCluster.value = undefined)}>
        {list.clusters.map(({ cluster_id, name, keywords, size, share: part }) => (
          <li key={cluster_id}>
            <a
              href={hrefOf.cluster(cluster_id)}
              title={`${cluster_id}: ${plural(size, "document")}, ${share(part)}`}
              onMouseEnter={() => void (hoveredCluster.value = cluster_id)}
              onFocus={() => void (hoveredCluster.value = cluster_id)}
              onBlur={() => void (hoveredCluster.value = undefined)}
              onClick={() => void (hoveredCluster.value = undefined)}
            >
              <Swatch ink={inkOf.value(cluster_id)} />
              <span class="legend-words">
                {name && <b>{name}</b>}
                <span class={name ? "soft" : ""}>{keywords.slice(0, name ? 4 : 5).join(", ") || cluster_id}</span>
              </span>
              <span class="legend-size">{compact(size)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
