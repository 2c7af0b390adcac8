import type { EvaluationView } from "@eddy/contracts/api/evaluation";
import type { StatusHistory } from "@eddy/contracts/api/status";
import { useAnswer } from "../api/use-answer.ts";
import { Chart } from "../parts/chart.tsx";
import { Empty, Failed, Loading, Missing } from "../parts/notice.tsx";
import { status } from "../state/live.ts";
import { isDark } from "../state/theme.ts";
import { count, plural, rate } from "../text/numbers.ts";

const LIGHT = { received: "#b35c00", clustered: "#0f7a83", lag: "#7a4fa3" } as const;
const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  received: "#f0a35c",
  clustered: "#4cc0c9",
  lag: "#b79be0",
};
/** A limit of tokens that is none. */
const ENDLESS = 1e9;
const EVALUATE_EVERY_MS = 30_000;

/** How fast it goes, what waits, and with what it works. */
export function FlowView() {
  const now = status.value;
  const history = useAnswer<StatusHistory>("/v1/status/history");
  const evaluation = useAnswer<EvaluationView>("/v1/evaluation", EVALUATE_EVERY_MS).data;
  return (
    <>
      <h2>Throughput</h2>
      <Charts {...history} />
      <h2>Where it stands</h2>
      {!now && <Loading rows={6} />}
      {now && (
        <div class="cards">
          <Facts
            title="Documents"
            facts={[
              ["Received", count(now.documents.received)],
              ["Embedded", count(now.documents.embedded)],
              ["Clustered", count(now.documents.clustered)],
              ["Rejected", count(now.documents.rejected)],
            ]}
          />
          <Facts
            title="Waiting"
            facts={[
              ["To be checked", count(now.lag.documents)],
              ["To be embedded", count(now.lag.texts)],
              ["To be clustered", count(now.lag.embeddings)],
            ]}
          />
          <Facts
            title="Model"
            facts={[
              [
                "State",
                now.seeding
                  ? `seeding: ${count(now.seeding.have)} of ${plural(now.seeding.want, "document")}`
                  : plural(now.clusters, "cluster"),
              ],
              ["Version", count(now.model.version)],
              ["Epoch", count(now.model.epoch)],
              ["Counted so far", plural(now.model.documents, "document")],
            ]}
          />
          <Facts
            title="Embedder"
            facts={[
              ["Model", now.embedder.model],
              ["Numbers", now.embedder.dtype],
              ["Device", now.device],
              ["Dimensions", count(now.embedder.dimensions)],
              [
                "Reads",
                now.embedder.maxTokens > ENDLESS
                  ? "all of a text"
                  : `at most ${plural(now.embedder.maxTokens, "token")}`,
              ],
            ]}
          />
          {evaluation && evaluation.documents > 0 && <Quality evaluation={evaluation} />}
          <Facts
            title="Pipeline"
            facts={[
              ["Name", now.pipeline],
              ["Eddy", now.version],
            ]}
          />
        </div>
      )}
    </>
  );
}

function Quality({ evaluation }: { evaluation: EvaluationView }) {
  const { documents, purity, nmi, ari } = evaluation;
  const figure = (value: number | null) => (value === null ? "–" : value.toFixed(3));
  return (
    <Facts
      title="Against the labels"
      facts={[
        ["Labelled", plural(documents, "document")],
        ["Purity", figure(purity)],
        ["NMI", figure(nmi)],
        ["ARI", figure(ari)],
      ]}
    />
  );
}

function Charts({ data, error, missing, reload }: ReturnType<typeof useAnswer<StatusHistory>>) {
  const ink = isDark.value ? DARK : LIGHT;
  if (missing) return <Missing what="throughput over time" />;
  if (!data) return error === undefined ? <Loading rows={6} /> : <Failed error={error} again={reload} />;
  if (data.at.length < 2) {
    return (
      <Empty title="The first figures come within seconds">
        <p>They are kept for half an hour while Eddy runs.</p>
      </Empty>
    );
  }
  const most = Math.max(...data.lag);
  return (
    <div class="charts">
      <figure>
        <figcaption>Documents per second</figcaption>
        <Chart
          label={`Documents per second: ${rate(data.received_per_second.at(-1)!)} received and ${rate(data.clustered_per_second.at(-1)!)} clustered now`}
          at={data.at}
          format={rate}
          lines={[
            { label: "received", values: data.received_per_second, colour: ink.received },
            { label: "clustered", values: data.clustered_per_second, colour: ink.clustered },
          ]}
        />
      </figure>
      <figure>
        <figcaption>Waiting</figcaption>
        <Chart
          label={`${plural(data.lag.at(-1)!, "document")} waiting now, ${count(most)} at most`}
          at={data.at}
          format={count}
          lines={[{ label: "waiting", values: data.lag, colour: ink.lag }]}
        />
      </figure>
    </div>
  );
}

function Facts({ title, facts }: { title: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section class="card">
      <h3>{title}</h3>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
