"""The script that people write today, for script.mjs: Kafka, sentence-transformers, MiniBatchKMeans.partial_fit, Qdrant.

    python stream_script.py MODEL.onnx TOKENIZER.json BROKERS TOPIC QDRANT_URL COLLECTION CLUSTERS

{run: n} consumes n documents: a batch as it comes, embedded, learned from, assigned, upserted and committed. Answers
{clusters: by id, versions}. As plain as such scripts are: at most BATCH documents a poll, one thing after the other.
"""

import importlib.metadata
import json
import sys
import uuid

import torch
from confluent_kafka import Consumer
from minilm import build
from qdrant_client import QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams
from sklearn.cluster import MiniBatchKMeans

BATCH = 256
POLL_SECONDS = 0.05
THREADS = 2

weights, tokenizer, brokers, topic, qdrant_url, collection, clusters = sys.argv[1:]
torch.set_num_threads(THREADS)
model = build(weights, tokenizer)
k_means = MiniBatchKMeans(n_clusters=int(clusters), random_state=0, n_init=3)
qdrant = QdrantClient(url=qdrant_url, check_compatibility=False)
qdrant.create_collection(collection, vectors_config=VectorParams(size=384, distance=Distance.COSINE))
consumer = Consumer(
    {
        "bootstrap.servers": brokers,
        "group.id": f"script-{uuid.uuid4()}",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
)
consumer.subscribe([topic])
names = ("confluent-kafka", "sentence-transformers", "scikit-learn", "qdrant-client", "torch")
versions = {name: importlib.metadata.version(name) for name in names}

for line in sys.stdin:
    left = json.loads(line)["run"]
    given = {}
    while left > 0:
        messages = [one for one in consumer.consume(min(BATCH, left), timeout=POLL_SECONDS) if one.error() is None]
        if not messages:
            continue
        documents = [json.loads(one.value()) for one in messages]
        vectors = model.encode([document["text"] for document in documents], show_progress_bar=False, normalize_embeddings=True)
        k_means.partial_fit(vectors)
        found = k_means.predict(vectors)
        points = [
            PointStruct(
                id=str(uuid.uuid5(uuid.NAMESPACE_URL, document["id"])),
                vector=vector.tolist(),
                payload={"document_id": document["id"], "text": document["text"], "cluster_id": int(cluster)},
            )
            for document, vector, cluster in zip(documents, vectors, found)
        ]
        qdrant.upsert(collection, points, wait=True)
        consumer.commit(asynchronous=False)
        given.update((document["id"], int(cluster)) for document, cluster in zip(documents, found))
        left -= len(messages)
    print(json.dumps({"clusters": given, "versions": versions}), flush=True)
