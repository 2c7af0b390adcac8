QDRANT=${QDRANT_URL:-http://127.0.0.1:6333}/collections/eddy
ask() { curl -sS -w '\n' "$QDRANT/$1" -H 'content-type: application/json' -d "$2"; }

# The clusters, the largest first, with their sizes.
ask facet '{"key": "cluster_id", "exact": true}'

# Documents of a cluster.
ask points/scroll '{"filter": {"must": [{"key": "cluster_id", "match": {"value": "c1"}}]}, "limit": 2, "with_payload": ["text"]}'

# How many, by source and time.
ask points/count '{"filter": {"must": [
  {"key": "source", "match": {"value": "phone"}}, {"key": "published_at", "range": {"gte": "2026-10-15T00:00:00Z"}}]}}'

# A document by its id.
ask points/scroll '{"filter": {"must": [{"key": "document_id", "match": {"value": "m-001"}}]}, "with_payload": ["cluster_id"]}'

# Similar documents: `query` is the id of a point, or a vector.
POINT=$(ask points/scroll '{"limit": 1, "filter": {"must": [{"key": "document_id", "match": {"value": "m-001"}}]}}' |
  sed 's/.*"points":\[{"id":"\([^"]*\)".*/\1/')
ask points/query "{\"query\": \"$POINT\", \"limit\": 2, \"with_payload\": [\"text\", \"cluster_id\"]}"
