/** Runs in the browser. All that comes from documents goes in as text, never as markup. */
export const script = `
"use strict";
const at = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en");
const rough = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function get(path) {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(10000) });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ? body.error.message : response.status);
  return body;
}

function figure(name, value) {
  const box = element("div");
  box.append(element("dt", name), element("dd", value));
  return box;
}

function showStatus(status) {
  const { documents, lag, seeding, embedder } = status;
  at("about").textContent = status.pipeline + " · Eddy " + status.version;
  at("figures").replaceChildren(
    figure("received", whole.format(documents.received)),
    figure("clustered", whole.format(documents.clustered)),
    figure("per second", rough.format(status.rates.clustered_per_second)),
    figure("waiting", whole.format(lag.documents + lag.texts + lag.embeddings)),
    figure("rejected", whole.format(documents.rejected)),
    figure("clusters", whole.format(status.clusters)),
  );
  at("rejected").hidden = documents.rejected === 0;
  at("seeding").hidden = !seeding;
  if (seeding) {
    at("seeds").max = seeding.want;
    at("seeds").value = seeding.have;
    at("seeded").textContent = "seeding " + seeding.have + "/" + seeding.want + " documents";
  }
  const choice = status.model.choice;
  const chosen = choice && choice.automatic
    ? " · k = " + choice.chosen + " chosen, runner-up " + choice.runnerUp + (choice.clear ? "" : ", no clear structure")
    : "";
  at("model").textContent = embedder.model + " (" + embedder.dtype + ", " + status.device + ") · model version "
    + status.model.version + ", epoch " + status.model.epoch + chosen;
}

function showClusters({ clusters }) {
  at("none").hidden = clusters.length > 0;
  at("table").hidden = clusters.length === 0;
  const widest = clusters.reduce((most, cluster) => Math.max(most, cluster.share), 0) || 1;
  at("clusters").replaceChildren(...clusters.map((cluster) => {
    const row = element("tr");
    const name = element("td");
    const link = element("a", cluster.name ? cluster.name + " (" + cluster.cluster_id + ")" : cluster.cluster_id);
    link.href = "/v1/clusters/" + encodeURIComponent(cluster.cluster_id);
    name.append(link);
    const bar = element("td", undefined, "bar");
    const fill = element("i");
    fill.style.width = (100 * cluster.share) / widest + "%";
    bar.append(fill);
    row.append(
      name,
      element("td", whole.format(cluster.size), "number"),
      element("td", share.format(cluster.share), "number"),
      bar,
      element("td", cluster.keywords.join(", ")),
    );
    return row;
  }));
}

async function refresh() {
  try {
    const [status, clusters] = await Promise.all([get("/v1/status"), get("/v1/clusters")]);
    showStatus(status);
    showClusters(clusters);
    at("state").className = "soft";
    at("state").textContent = "live";
  } catch (error) {
    at("state").className = "warn";
    at("state").textContent = "no answer: " + error.message;
  }
  setTimeout(refresh, 2000);
}
refresh();
`;
