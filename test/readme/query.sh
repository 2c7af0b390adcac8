QDRANT=${QDRANT_URL:-http://127.0.0.1:6333}/collections/eddy

# The clusters, the largest first, with their sizes.
curl -sS "$QDRANT/facet" -H 'content-type: application/json' -d '{"key": "cluster_id", "exact": true}'

# Documents of a cluster.
curl -sS "$QDRANT/points/scroll" -H 'content-type: application/json' -d '{
  "filter": {"must": [{"key": "cluster_id", "match": {"value": "c1"}}]}, "limit": 3, "with_payload": ["text", "title"]}'

# By source and time.
curl -sS "$QDRANT/points/count" -H 'content-type: application/json' -d '{"filter": {"must": [
  {"key": "source", "match": {"value": "wire"}}, {"key": "published_at", "range": {"gte": "2026-11-01T00:00:00Z"}}]}}'

# A document by its id.
curl -sS "$QDRANT/points/scroll" -H 'content-type: application/json' -d '{
  "filter": {"must": [{"key": "document_id", "match": {"value": "news-1"}}]}}'

# Similar documents: `query` is the id of a point, or a vector.
POINT=$(curl -sS "$QDRANT/points/scroll" -H 'content-type: application/json' -d '{"limit": 1}' |
  sed 's/.*"points":\[{"id":"\([^"]*\)".*/\1/')
curl -sS "$QDRANT/points/query" -H 'content-type: application/json' -d "{
  \"query\": \"$POINT\", \"limit\": 3, \"with_payload\": [\"text\", \"cluster_id\"]}"
