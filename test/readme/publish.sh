EDDY=${EDDY_URL:-http://127.0.0.1:7400}

# One document. The answer names the id of what was accepted: {"accepted":1,"ids":["news-1"],…}
curl -sS "$EDDY/v1/documents" -H 'content-type: application/json' -d '{
  "id": "news-1", "title": "Rates held", "text": "The central bank left interest rates unchanged on Thursday.",
  "source": "wire", "published_at": "2026-11-22T10:00:00Z", "label": "markets", "metadata": {"desk": "economy"}}'

# Many: a JSON array, or a stream of JSON lines, which may be endless.
printf '%s\n' '{"text": "The striker scored twice in the final."}' '{"text": "Stir the lentils into the stock."}' |
  curl -sS "$EDDY/v1/documents" -H 'content-type: application/x-ndjson' --data-binary @-

# Plain text; the id is made up.
curl -sS "$EDDY/v1/documents" -H 'content-type: text/plain' -d 'A probe has reached the dark side of the moon.'

# A table, by the names of its columns; text/tab-separated-values, too. Of a .csv.gz: -H 'content-encoding: gzip'.
printf '%s\n' 'headline,body' 'Oil rises,"Prices rose, and shares fell."' |
  curl -sS "$EDDY/v1/documents?title=headline&text=body" -H 'content-type: text/csv' --data-binary @-

# Published again under its id, a document is replaced; deleted, it also leaves what the model has learnt.
curl -sS -X DELETE "$EDDY/v1/documents/news-1"
