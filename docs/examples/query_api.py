"""Asks Eddy's own HTTP API, with nothing installed."""

import json
import os
import urllib.parse
import urllib.request

EDDY = os.environ.get("EDDY_URL", "http://127.0.0.1:7400")


def get(path, **parameters):
    with urllib.request.urlopen(f"{EDDY}{path}?{urllib.parse.urlencode(parameters)}") as response:
        return json.load(response)


for cluster in get("/v1/clusters")["clusters"]:
    print(cluster["cluster_id"], cluster["size"], ", ".join(cluster["keywords"][:4]))

for found in get("/v1/search", q="nowhere to lock my things", limit=2)["documents"]:
    print(f"{found['score']:.3f}", found["cluster_id"], found["text"])

trend = get("/v1/trend", clock="published", buckets=5)
print(trend["from"], "every", trend["step_seconds"] // 86_400, "days")
for row in trend["clusters"]:
    print(row["cluster_id"], row["counts"])
