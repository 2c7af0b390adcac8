EDDY=${EDDY_URL:-http://127.0.0.1:7400}
publish() { curl -sS -w '\n' "$EDDY/v1/documents$1" -H "content-type: $2" --data-binary @-; }

# One document. The answer names the id of what was accepted.
publish "" application/json <<'END'
{"id": "news-1", "title": "Rates held", "text": "The central bank left interest rates unchanged on Thursday.",
 "source": "wire", "published_at": "2026-11-22T10:00:00Z", "label": "markets", "metadata": {"desk": "economy"}}
END

# Many: a JSON array, or a stream of JSON lines, which may be endless.
publish "" application/x-ndjson <<'END'
{"id": "news-2", "text": "The striker scored twice in the final."}
{"id": "news-3", "text": "Stir the lentils into the stock.", "published_at": "yesterday"}
END

# Plain text; the id is made up.
echo "A probe has reached the dark side of the moon." | publish "" text/plain

# A table, by the names of its columns; text/tab-separated-values, too. Of a .csv.gz: -H 'content-encoding: gzip'.
publish "?title=headline&text=body&id=number" text/csv <<'END'
number,headline,body
news-4,Oil rises,"Prices rose, and shares fell."
END

# Published again under its id, a document is replaced; deleted, it also leaves what the model has learnt.
curl -sS -w '\n' -X DELETE "$EDDY/v1/documents/news-1"
