import { QdrantClient } from "@qdrant/js-client-rest";

const qdrant = new QdrantClient({ url: process.env.QDRANT_URL ?? "http://127.0.0.1:6333" });

// The clusters, the largest first, with their sizes.
const { hits: clusters } = await qdrant.facet("eddy", { key: "cluster_id", limit: 100, exact: true });
console.log(clusters);

// Documents of a cluster; `next_page_offset` as `offset` brings the next page.
const { points } = await qdrant.scroll("eddy", {
  filter: { must: [{ key: "cluster_id", match: { value: clusters[0].value } }] },
  limit: 3,
});
console.log(points.map(({ payload }) => payload.text));

// By source and time.
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const { count } = await qdrant.count("eddy", {
  filter: {
    must: [
      { key: "source", match: { value: points[0].payload.source } },
      { key: "published_at", range: { gte: yesterday } },
    ],
  },
});
console.log(`${count} from ${points[0].payload.source} since ${yesterday}`);

// Similar documents: by the id of a point, or by a vector of your own.
const { points: similar } = await qdrant.query("eddy", { query: points[0].id, limit: 3, with_payload: true });
console.log(similar.map(({ score, payload }) => [score, payload.cluster_id, payload.text]));
