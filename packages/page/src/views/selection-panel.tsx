import { clusterOf } from "../map/points.ts";
import { BackLink } from "../parts/back-link.tsx";
import { ClusterLink } from "../parts/cluster-link.tsx";
import { selection } from "../state/attention.ts";
import { points } from "../state/live.ts";
import { hrefOf } from "../state/route.ts";
import { count, plural, share } from "../text/numbers.ts";

const LISTED = 200;

/** What the lasso caught. */
export function SelectionPanel() {
  const all = points.value;
  const rows = selection.value.flatMap((id) => all.row.get(id) ?? []);
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(clusterOf(all, row), (sizes.get(clusterOf(all, row)) ?? 0) + 1);
  const clusters = [...sizes].sort(([, a], [, b]) => b - a);
  return (
    <section class="panel" aria-label="Selected documents">
      <BackLink onClick={() => void (selection.value = [])}>All clusters</BackLink>
      <h2 aria-live="polite">
        {plural(rows.length, "document")} selected <small>in {plural(clusters.length, "cluster")}</small>
      </h2>
      <table class="near">
        <tbody>
          {clusters.map(([id, size]) => (
            <tr key={id}>
              <td>
                <ClusterLink id={id} />
              </td>
              <td>
                <span class="bar">
                  <i style={{ width: share(size / rows.length) }} />
                </span>
                {count(size)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="documents">
        {rows.slice(0, LISTED).map((row) => (
          <li key={all.ids[row]}>
            <a class="document-title" href={hrefOf.document(all.ids[row]!)}>
              {all.titles[row] || all.ids[row]}
            </a>
            <p class="document-about">
              <ClusterLink id={clusterOf(all, row)} />
            </p>
          </li>
        ))}
      </ul>
      {rows.length > LISTED && <p class="soft">and {count(rows.length - LISTED)} more</p>}
    </section>
  );
}
