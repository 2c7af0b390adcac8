"""Publishes as many documents as come, in one request that is never whole in memory."""

import json
import urllib.request


def documents():
    for n in range(2_000):  # a file, a queue, a cursor …
        yield {"id": f"line-{n}", "text": f"Parcel {n} is late, and the customer asks where it is."}


request = urllib.request.Request(
    "http://127.0.0.1:7400/v1/documents",
    (json.dumps(document).encode() + b"\n" for document in documents()),
    {"content-type": "application/x-ndjson"},
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
print("accepted:", answer["accepted"], "rejected:", answer["rejected_total"])
