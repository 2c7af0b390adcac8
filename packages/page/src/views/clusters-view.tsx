import { Empty, Loading } from "../parts/notice.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Swatch } from "../parts/swatch.tsx";
import { clusters, inkOf, status } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { count, plural, share } from "../text/numbers.ts";
import { span } from "../text/times.ts";
import { trendWords, useTrend } from "./trend.tsx";

/** All clusters as a table, with their trends. */
export function ClustersView() {
  const list = clusters.value;
  const trend = useTrend().data;
  if (!list) return <Loading rows={10} />;
  if (list.clusters.length === 0) {
    const seeding = status.value?.seeding ?? list.seeding;
    return (
      <Empty
        title={
          seeding ? `Eddy is seeding: ${count(seeding.have)} of ${count(seeding.want)} documents` : "No clusters yet"
        }
      >
        <a href={hrefOf.view("publish")}>Publish a file</a>
      </Empty>
    );
  }
  const largest = Math.max(...list.clusters.map((cluster) => cluster.share), 1e-9);
  const counts = new Map(trend?.clusters.map((cluster) => [cluster.cluster_id, cluster.counts]));
  const { choice } = list;
  return (
    <>
      <h2>
        {plural(list.clusters.length, "cluster")} <small>{plural(list.documents, "document")}</small>
      </h2>
      {choice?.automatic && (
        <p class="soft">
          k = {choice.chosen}, chosen by silhouette {choice.score.toFixed(3)}; next best k = {choice.runnerUp} with{" "}
          {choice.runnerUpScore.toFixed(3)}
          {!choice.clear && ": no clear structure"}
        </p>
      )}
      <ScrollRegion label="Table of the clusters">
        <table class="table clusters">
          <thead>
            <tr>
              <th scope="col">Cluster</th>
              <th scope="col" class="number">
                Documents
              </th>
              <th scope="col">Share</th>
              {trend && <th scope="col">Last {span(trend.step_seconds * (trend.clusters[0]?.counts.length ?? 0))}</th>}
              <th scope="col">Keywords</th>
            </tr>
          </thead>
          <tbody>
            {list.clusters.map((cluster) => (
              <tr key={cluster.cluster_id}>
                <th scope="row">
                  <a class="cluster-link" href={hrefOf.cluster(cluster.cluster_id)}>
                    <Swatch ink={inkOf.value(cluster.cluster_id)} />
                    <span>{cluster.name ? `${cluster.name} (${cluster.cluster_id})` : cluster.cluster_id}</span>
                  </a>
                </th>
                <td class="number">{count(cluster.size)}</td>
                <td class="share">
                  <span class="bar">
                    <i style={{ width: `${(100 * cluster.share) / largest}%` }} />
                  </span>
                  {share(cluster.share)}
                </td>
                {trend && (
                  <td>
                    <Sparkline
                      values={counts.get(cluster.cluster_id) ?? []}
                      colour={inkOf.value(cluster.cluster_id).colour}
                      label={trendWords(counts.get(cluster.cluster_id) ?? [], trend.step_seconds)}
                    />
                  </td>
                )}
                <td class="keywords">{cluster.keywords.join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
