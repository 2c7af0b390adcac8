import { QdrantClient } from "@qdrant/js-client-rest";

const qdrant = new QdrantClient({
  url: process.env.QDRANT_URL ?? "http://127.0.0.1:6333",
  checkCompatibility: false,
});

// The clusters, the largest first, with their sizes.
const { hits: clusters } = await qdrant.facet("eddy", { key: "cluster_id", limit: 100, exact: true });
console.log(clusters.map(({ value, count }) => `${value}: ${count}`).join(", "));

// Documents of a cluster; `next_page_offset` as `offset` brings the next page.
const { points } = await qdrant.scroll("eddy", {
  filter: { must: [{ key: "cluster_id", match: { value: clusters[0].value } }] },
  limit: 2,
});
for (const { payload } of points) console.log(payload.document_id, payload.text);

// By source and time.
const { count } = await qdrant.count("eddy", {
  filter: {
    must: [
      { key: "source", match: { value: "phone" } },
      { key: "published_at", range: { gte: "2026-10-15T00:00:00Z" } },
    ],
  },
});
console.log(count);

// Similar documents: by the id of a point, or by a vector of your own.
const { points: similar } = await qdrant.query("eddy", { query: points[0].id, limit: 2, with_payload: true });
for (const { score, payload } of similar) console.log(score.toFixed(3), payload.cluster_id, payload.text);
