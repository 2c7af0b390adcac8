import os
import uuid
from datetime import datetime, timezone

from qdrant_client import QdrantClient, models

qdrant = QdrantClient(url=os.environ.get("QDRANT_URL", "http://127.0.0.1:6333"))


def equals(key, value):
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


# The clusters, the largest first, with their sizes.
clusters = qdrant.facet("eddy", key="cluster_id", limit=100, exact=True).hits
print([(cluster.value, cluster.count) for cluster in clusters])

# Documents of a cluster; `following` as `offset` brings the next page.
in_cluster = models.Filter(must=[equals("cluster_id", clusters[0].value)])
points, following = qdrant.scroll("eddy", scroll_filter=in_cluster, limit=2)
for point in points:
    print(point.payload["document_id"], point.payload["text"])

# By source and time.
since = models.DatetimeRange(gte=datetime(2026, 10, 15, tzinfo=timezone.utc))
recent = models.FieldCondition(key="published_at", range=since)
print(qdrant.count("eddy", count_filter=models.Filter(must=[equals("source", "phone"), recent])).count)

# Similar documents. The id of a document's point is a UUIDv5 of the document's id.
point = str(uuid.uuid5(uuid.UUID("7b1c8f5e-5d0a-5c52-9f0e-2d6a41c3e6d7"), "m-001"))
for similar in qdrant.query_points("eddy", query=point, limit=2).points:
    print(f"{similar.score:.3f}", similar.payload["cluster_id"], similar.payload["text"])
