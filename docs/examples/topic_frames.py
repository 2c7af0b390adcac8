"""Frames like BERTopic's, of what Eddy has. Needs pandas."""

import json
import os
import urllib.request

import pandas as pd

EDDY = os.environ.get("EDDY_URL", "http://127.0.0.1:7400")


def get(path):
    with urllib.request.urlopen(EDDY + path) as response:
        return json.load(response)


def topic_info(examples=3):
    """Like get_topic_info(): a row for each cluster, the largest first."""
    rows = []
    for cluster in get("/v1/clusters")["clusters"]:
        nearest = get(f"/v1/clusters/{cluster['cluster_id']}?limit={examples}")["nearest"]
        rows.append(
            {
                "Topic": cluster["cluster_id"],
                "Count": cluster["size"],
                "Name": cluster.get("name", "_".join(cluster["keywords"][:4])),
                "Representation": cluster["keywords"],
                "Representative_Docs": [document.get("text") for document in nearest],
            }
        )
    return pd.DataFrame(rows)


def document_info(topics=None):
    """Like get_document_info(docs): a row for each document."""
    topics = topic_info() if topics is None else topics
    with urllib.request.urlopen(f"{EDDY}/v1/export") as response:
        documents = pd.DataFrame([json.loads(line) for line in response])
    frame = documents.rename(columns={"document_id": "Id", "text": "Document", "cluster_id": "Topic"})
    return frame[["Id", "Document", "Topic", "distance", "margin"]].merge(topics, on="Topic").sort_values("Id")


if __name__ == "__main__":
    topics = topic_info()
    print(topics[["Topic", "Count", "Name"]].to_string(index=False))
    print(document_info(topics)[["Id", "Document", "Topic", "margin"]].head(5).to_string(index=False, max_colwidth=40))
